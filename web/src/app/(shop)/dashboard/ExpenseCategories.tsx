'use client';
import { Button, Skeleton } from '@mantine/core';
import { IconReceipt2 } from '@tabler/icons-react';
import Link from 'next/link';
import { useSummariseExpensesQuery, type ExpenseReport } from '@/api';
import { CategoryBars } from '@/components/charts/CategoryBars';
import { Card } from '@/components/page/Card';
import type { Range } from '@/components/range/range';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';
import { current, daysArg, KEPT_NEW, sumOf } from './queries';

const MOST_BARS = 7;

export function ExpenseCategories({ range }: { range: Range }) {
  const dashboard = useTexts(dashboardTexts);
  const expenses = current(useSummariseExpensesQuery(daysArg(range), KEPT_NEW));
  return (
    <div className={styles.narrow}>
      <Card title={dashboard.categories}>
        <Loaded query={expenses} skeleton={<Skeleton h={312} />} empty={({ categories }) => categories.length === 0 && <NoExpenses />}>
          {(report) => <Bars report={report} />}
        </Loaded>
      </Card>
    </div>
  );
}

/** The largest, and the rest in one. */
function Bars({ report: { categories, total } }: { report: ExpenseReport }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  const shown = categories.length <= MOST_BARS ? categories : categories.slice(0, MOST_BARS - 1);
  const items = shown.map(({ category, amount }) => ({ label: category, value: amount }));
  if (shown.length < categories.length) {
    const rest = sumOf([{ total }, ...shown.map(({ amount }) => ({ total: -amount }))]);
    items.push({ label: dashboard.others(format.number(categories.length - shown.length)), value: rest });
  }
  return <CategoryBars caption={dashboard.spent(format.money(total))} head={[dashboard.category, dashboard.amount]} items={items} format={format.money} />;
}

function NoExpenses() {
  const dashboard = useTexts(dashboardTexts);
  return (
    <Empty
      icon={IconReceipt2} title={dashboard.noExpenses} text={dashboard.noExpensesText}
      action={<Button component={Link} href="/expenses" prefetch={false} variant="default">{dashboard.toExpenses}</Button>}
    />
  );
}
