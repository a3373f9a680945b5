import { listArg } from '@/components/documents/listArg';
import { readRange, reportArg } from '@/components/range/range';
import { businessDay } from '@/server/businessDay';
import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { queryOf, type PageProps } from '@/server/query';
import { Preloaded } from '@/store/Preloaded';
import { PurchasesPage } from './PurchasesPage';

export const generateMetadata = titled('purchases');

export default async function Purchases({ searchParams }: PageProps) {
  const query = await queryOf(searchParams);
  const today = await businessDay();
  const range = today && readRange(query, today);
  const entries = range ? await preload((api) => [api.reportPurchases.initiate(reportArg(range)), api.purchasePages.initiate(listArg(range, query('productId')))]) : [];
  return <Preloaded entries={entries}><PurchasesPage /></Preloaded>;
}
