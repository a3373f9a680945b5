'use client';
import { useGetPurchaseQuery } from '@/api';
import { ofPurchase } from '@/components/documents/document';
import { DocumentDrawer } from '@/components/documents/DocumentDrawer';
import { useTexts } from '@/format/LocaleProvider';
import { purchasesTexts } from '@/texts/purchases';

export default function PurchaseDetail({ purchaseId, onClose }: { purchaseId: string; onClose: () => void }) {
  const purchases = useTexts(purchasesTexts);
  const { data, error, isFetching, refetch } = useGetPurchaseQuery({ purchaseId });
  return <DocumentDrawer texts={purchases} query={{ data: data && ofPurchase(data), error, isFetching, refetch }} onClose={onClose} />;
}
