'use client';
import { useGetSaleQuery } from '@/api';
import { ofSale } from '@/components/documents/document';
import { DocumentDrawer } from '@/components/documents/DocumentDrawer';
import { useTexts } from '@/format/LocaleProvider';
import { salesTexts } from '@/texts/sales';

export default function SaleDetail({ saleId, onClose }: { saleId: string; onClose: () => void }) {
  const sales = useTexts(salesTexts);
  const { data, error, isFetching, refetch } = useGetSaleQuery({ saleId });
  return <DocumentDrawer texts={sales} query={{ data: data && ofSale(data), error, isFetching, refetch }} onClose={onClose} />;
}
