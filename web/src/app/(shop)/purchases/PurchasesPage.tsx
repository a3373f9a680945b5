'use client';
import { Skeleton } from '@mantine/core';
import { skipToken } from '@reduxjs/toolkit/query';
import { IconTruckDelivery } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { usePurchasePagesInfiniteQuery, useReportPurchasesQuery } from '@/api';
import { useRole } from '@/api/useRole';
import { ofPurchase } from '@/components/documents/document';
import { DocumentsPage } from '@/components/documents/DocumentsPage';
import { useDocumentsView } from '@/components/documents/useDocumentsView';
import { Page } from '@/components/page/Page';
import { useAddressDialog } from '@/components/page/useAddressDialog';
import { reportArg } from '@/components/range/range';
import { hasRole } from '@/components/shell/navigation';
import { useTexts } from '@/format/LocaleProvider';
import { purchasesTexts } from '@/texts/purchases';

const PurchaseDetail = dynamic(() => import('./PurchaseDetail'), { ssr: false });
const PurchaseEntry = dynamic(() => import('./PurchaseEntry'), { ssr: false });

export function PurchasesPage() {
  const purchases = useTexts(purchasesTexts);
  const { range, today, list, ...view } = useDocumentsView();
  const report = useReportPurchasesQuery(range ? reportArg(range) : skipToken);
  const pages = usePurchasePagesInfiniteQuery(list ?? skipToken);
  const detail = useAddressDialog('purchase');
  // `?new=<product>` begins with that product: the dashboard's list of what runs low leads here.
  const entry = useAddressDialog('new');
  const [entered, setEntered] = useState(false);
  const mayBook = hasRole(useRole(), 'staff');
  if (entry.value && mayBook && !entered) setEntered(true); // from then on it keeps what was entered
  if (!range || !today) return <Page title={purchases.title}><Skeleton h={480} /></Page>;
  const suppliers = [...new Set(pages.data?.pages.flatMap(({ items }) => items.flatMap(({ supplier }) => supplier ?? [])))].sort();
  return (
    <DocumentsPage
      texts={purchases} icon={IconTruckDelivery} color={2} url="/purchases" view={{ range, today, ...view }} report={report} list={pages} documentOf={ofPurchase} withSupplier mayBook={mayBook}
      onAdd={() => entry.open('purchase')} onOpen={detail.open}
    >
      {detail.value && <PurchaseDetail purchaseId={detail.value} onClose={detail.close} />}
      {entered && <PurchaseEntry opened={entry.value !== undefined} wanted={entry.value} suppliers={suppliers} onClose={entry.close} />}
    </DocumentsPage>
  );
}
