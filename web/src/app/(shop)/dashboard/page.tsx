import { readRange, reportArg, type Range } from '@/components/range/range';
import { businessDay } from '@/server/businessDay';
import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { queryOf, type PageProps } from '@/server/query';
import { Preloaded } from '@/store/Preloaded';
import { DashboardPage } from './DashboardPage';
import { alertsArg, beforeArg, daysArg, lowStockArg, recentArg } from './queries';

export const generateMetadata = titled('dashboard');

const figuresOf = (range: Range) => preload((api) => [
  api.reportSales.initiate(reportArg(range)), api.reportSales.initiate(beforeArg(range)),
  api.reportPurchases.initiate(reportArg(range)), api.reportPurchases.initiate(beforeArg(range)),
  api.reportExpenses.initiate(reportArg(range)), api.reportExpenses.initiate(beforeArg(range)),
  api.summariseExpenses.initiate(daysArg(range)),
]);

const listsOfNow = () => preload((api) => [
  api.getDashboard.initiate({}), api.reportStockValue.initiate({}), api.listProducts.initiate(lowStockArg), api.listSales.initiate(recentArg),
  api.listPurchases.initiate(recentArg), api.listExpenseEntries.initiate(recentArg), api.listNotifications.initiate(alertsArg),
]);

export default async function Dashboard({ searchParams }: PageProps) {
  const query = await queryOf(searchParams);
  const [lists, figures] = await Promise.all([
    listsOfNow(),
    businessDay().then((today) => (today === undefined ? [] : figuresOf(readRange(query, today)))),
  ]);
  return <Preloaded entries={[...lists, ...figures]}><DashboardPage /></Preloaded>;
}
