'use client';
// Sales against purchases over the days shown.
import { Skeleton } from '@mantine/core';
import { useReportPurchasesQuery, useReportSalesQuery } from '@/api';
import { TimeChart } from '@/components/charts/TimeChart';
import { Card } from '@/components/page/Card';
import { periodOf, reportArg, type Range } from '@/components/range/range';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';
import { together } from './queries';

/** As many periods as bars in pairs can be told apart. */
const MOST_BARS = 12;

export function Trade({ range }: { range: Range }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  const by = periodOf(range);
  const periods = together(useReportSalesQuery(reportArg(range)), useReportPurchasesQuery(reportArg(range)));
  const label = by === 'month' ? format.month : format.shortDay;
  return (
    <div className={styles.wide}>
      <Card title={dashboard.trade}>
        <Loaded query={periods} skeleton={<Skeleton h={312} />}>
          {([sales, purchases]) => (
            <TimeChart
              caption={dashboard.tradeBy[by]} kind={sales.length > MOST_BARS ? 'lines' : 'bars'} period={dashboard.period[by]}
              labels={sales.map(({ from }) => label(from))} format={format.money} shortFormat={format.shortMoney}
              series={[
                { name: dashboard.sales, values: sales.map(({ total }) => total), color: 1 },
                { name: dashboard.purchases, values: purchases.map(({ total }) => total), color: 2 },
              ]}
            />
          )}
        </Loaded>
      </Card>
    </div>
  );
}
