import { listArg } from '@/components/documents/listArg';
import { readRange, reportArg } from '@/components/range/range';
import { businessDay } from '@/server/businessDay';
import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { queryOf, type PageProps } from '@/server/query';
import { Preloaded } from '@/store/Preloaded';
import { SalesPage } from './SalesPage';

export const generateMetadata = titled('sales');

export default async function Sales({ searchParams }: PageProps) {
  const query = await queryOf(searchParams);
  const today = await businessDay();
  const range = today && readRange(query, today);
  const entries = range ? await preload((api) => [api.reportSales.initiate(reportArg(range)), api.salePages.initiate(listArg(range, query('productId')))]) : [];
  return <Preloaded entries={entries}><SalesPage /></Preloaded>;
}
