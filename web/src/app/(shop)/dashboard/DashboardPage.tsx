'use client';
import { Skeleton } from '@mantine/core';
import { useGetSettingsQuery } from '@/api';
import { Page } from '@/components/page/Page';
import { daysBefore, type Days, type Range } from '@/components/range/range';
import { useRange } from '@/components/range/useRange';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import { shellTexts } from '@/texts/shell';
import { Activity } from './Activity';
import styles from './dashboard.module.css';
import { ExpenseCategories } from './ExpenseCategories';
import { Figures } from './Figures';
import { LowStock } from './LowStock';
import { PopularProducts } from './PopularProducts';
import { RangeControl } from './RangeControl';
import { Trade } from './Trade';

export function DashboardPage() {
  const shell = useTexts(shellTexts);
  const settings = useGetSettingsQuery({});
  const { range, today, setRange } = useRange();
  return (
    <Page title={shell.navigation.dashboard} lead={range && <Lead range={range} />} actions={range && today && <RangeControl range={range} today={today} onChange={setRange} />}>
      <Loaded query={settings} skeleton={<Skeleton h={1200} />}>
        {() => range && (
          <div className={styles.parts}>
            <LowStock />
            <Figures range={range} />
            <Trade range={range} />
            <ExpenseCategories range={range} />
            <PopularProducts />
            <Activity />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Lead({ range }: { range: Range }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  const written = ({ from: first, to: last }: Days) => dashboard.days(first.slice(0, 4) === last.slice(0, 4) ? format.shortDay(first) : format.day(first), format.day(last));
  return <>{dashboard.compared(written(range), written(daysBefore(range)))}</>;
}
