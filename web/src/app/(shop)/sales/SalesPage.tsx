'use client';
import { Skeleton } from '@mantine/core';
import { skipToken } from '@reduxjs/toolkit/query';
import { IconShoppingCart } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useReportSalesQuery, useSalePagesInfiniteQuery } from '@/api';
import { useRole } from '@/api/useRole';
import { ofSale } from '@/components/documents/document';
import { DocumentsPage } from '@/components/documents/DocumentsPage';
import { useDocumentsView } from '@/components/documents/useDocumentsView';
import { Page } from '@/components/page/Page';
import { useAddressDialog } from '@/components/page/useAddressDialog';
import { reportArg } from '@/components/range/range';
import { hasRole } from '@/components/shell/navigation';
import { useTexts } from '@/format/LocaleProvider';
import { salesTexts } from '@/texts/sales';

const SaleDetail = dynamic(() => import('./SaleDetail'), { ssr: false });
const SaleEntry = dynamic(() => import('./SaleEntry'), { ssr: false });

export function SalesPage() {
  const sales = useTexts(salesTexts);
  const { range, today, list, ...view } = useDocumentsView();
  const report = useReportSalesQuery(range ? reportArg(range) : skipToken);
  const pages = useSalePagesInfiniteQuery(list ?? skipToken);
  const detail = useAddressDialog('sale');
  const entry = useAddressDialog('new');
  const [entered, setEntered] = useState(false);
  const mayBook = hasRole(useRole(), 'staff');
  if (entry.value && mayBook && !entered) setEntered(true); // from then on it keeps what was entered
  if (!range || !today) return <Page title={sales.title}><Skeleton h={480} /></Page>;
  return (
    <DocumentsPage
      texts={sales} icon={IconShoppingCart} color={1} url="/sales" view={{ range, today, ...view }} report={report} list={pages} documentOf={ofSale} mayBook={mayBook}
      onAdd={() => entry.open('sale')} onOpen={detail.open}
    >
      {detail.value && <SaleDetail saleId={detail.value} onClose={detail.close} />}
      {entered && <SaleEntry opened={entry.value !== undefined} onClose={entry.close} />}
    </DocumentsPage>
  );
}
