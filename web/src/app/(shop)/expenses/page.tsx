import { readRange, reportArg } from '@/components/range/range';
import { businessDay } from '@/server/businessDay';
import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { queryOf, type PageProps } from '@/server/query';
import { Preloaded } from '@/store/Preloaded';
import { entriesArg, summaryArg } from './args';
import { ExpensesPage } from './ExpensesPage';

export const generateMetadata = titled('expenses');

export default async function Expenses({ searchParams }: PageProps) {
  const query = await queryOf(searchParams);
  const today = await businessDay();
  const range = today && readRange(query, today);
  const entries = range
    ? await preload((api) => [
      api.reportExpenses.initiate(reportArg(range)), api.summariseExpenses.initiate(summaryArg(range)), api.expensePages.initiate(entriesArg(range, query('category'))),
    ])
    : [];
  return <Preloaded entries={entries}><ExpensesPage /></Preloaded>;
}
