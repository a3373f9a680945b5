'use client';
// Four figures: what was sold, bought and spent, each against the time before, and what the stock is worth.
import { Skeleton } from '@mantine/core';
import { IconEqual, IconTrendingDown, IconTrendingUp } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useReportExpensesQuery, useReportPurchasesQuery, useReportSalesQuery, useReportStockValueQuery, type ReportPeriod, type StockReport } from '@/api';
import { Sparkline } from '@/components/charts/Sparkline';
import { StatusPill, type Status } from '@/components/page/StatusPill';
import { reportArg, type Range } from '@/components/range/range';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';
import { beforeArg, current, KEPT_NEW, sumOf, together } from './queries';

export function Figures({ range }: { range: Range }) {
  const dashboard = useTexts(dashboardTexts);
  const sales = together(useReportSalesQuery(reportArg(range), KEPT_NEW), useReportSalesQuery(beforeArg(range)));
  const purchases = together(useReportPurchasesQuery(reportArg(range), KEPT_NEW), useReportPurchasesQuery(beforeArg(range)));
  const expenses = together(useReportExpensesQuery(reportArg(range), KEPT_NEW), useReportExpensesQuery(beforeArg(range)));
  const stock = useReportStockValueQuery({}, KEPT_NEW);
  return (
    <div className={`${styles.narrow} ${styles.figures}`} role="group" aria-label={dashboard.figures}>
      <Figure title={dashboard.sales} href="/sales" query={sales}>{(data) => <Sum data={data} growth="good" />}</Figure>
      <Figure title={dashboard.purchases} href="/purchases" query={purchases}>{(data) => <Sum data={data} color={2} />}</Figure>
      <Figure title={dashboard.expenses} href="/expenses" query={expenses}>{(data) => <Sum data={data} />}</Figure>
      <Figure title={dashboard.stockValue} href="/inventory" query={current(stock)}>{(data) => <Stock report={data} />}</Figure>
    </div>
  );
}

interface FigureProps<T> {
  title: string;
  href: string;
  query: Parameters<typeof Loaded<T>>[0]['query'];
  children: (data: T) => ReactNode;
}

function Figure<T>({ title, href, query, children }: FigureProps<T>) {
  return (
    <section className={styles.figure} aria-label={title}>
      <h2 className={styles.label}><Link href={href} prefetch={false}>{title}</Link></h2>
      <Loaded query={query} skeleton={<Skeleton h={112} />}>{children}</Loaded>
    </section>
  );
}

interface SumProps {
  data: readonly [ReportPeriod[], ReportPeriod[]];
  color?: 1 | 2;
  /** What growth is: more sales are good, more purchases are neither. */
  growth?: Status;
}

function Sum({ data: [periods, before], color = 1, growth = 'neutral' }: SumProps) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  const [now, then] = [sumOf(periods), sumOf(before)];
  return (
    <>
      <p className={styles.value}>{format.money(now)}</p>
      <p className={styles.against}>
        {then > 0 && <Change percent={((now - then) / then) * 100} growth={growth} />}
        <span>{then > 0 ? dashboard.before(format.money(then)) : dashboard.nothingBefore}</span>
      </p>
      <Sparkline values={periods.map(({ total }) => total)} color={color} />
    </>
  );
}

function Change({ percent, growth }: { percent: number; growth: Status }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  if (Math.abs(percent) < 0.05) return <StatusPill status="neutral" icon={IconEqual}>{dashboard.unchanged}</StatusPill>;
  const shrinking: Status = growth === 'good' ? 'bad' : growth;
  return <StatusPill status={percent > 0 ? growth : shrinking} icon={percent > 0 ? IconTrendingUp : IconTrendingDown}>{format.change(percent)}</StatusPill>;
}

/** The API knows no former value of the stock, so there is no change to show. */
function Stock({ report: { valueAtCost, valueAtPrice, unitsWithoutCost, units, products } }: { report: StockReport }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  return (
    <>
      <p className={styles.value}>{valueAtCost === null ? '–' : format.money(valueAtCost)}</p>
      <p className={styles.against}><span>{valueAtCost === null ? dashboard.costUnknown : dashboard.atCost}</span></p>
      <ul className={styles.notes}>
        <li>{dashboard.atPrice(format.money(valueAtPrice))}</li>
        <li>{dashboard.units(format.number(units), format.number(products))}</li>
        {unitsWithoutCost > 0 && valueAtCost !== null && <li>{dashboard.withoutCost(format.number(unitsWithoutCost))}</li>}
      </ul>
    </>
  );
}
