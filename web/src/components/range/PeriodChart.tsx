'use client';
import { Skeleton } from '@mantine/core';
import type { ReportPeriod } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { rangeTexts } from '@/texts/range';
import { TimeChart } from '../charts/TimeChart';
import { Card } from '../page/Card';
import { Loaded } from '../states/Loaded';
import styles from './PeriodChart.module.css';
import { periodOf, type Period, type Range } from './range';

interface Props {
  title: string;
  caption: (by: Period) => string;
  /** What the bars are called. */
  series: string;
  color: 1 | 2;
  /** Of reportArg(range). */
  query: { data?: ReportPeriod[]; currentData?: ReportPeriod[]; error?: unknown; isFetching: boolean; refetch: () => unknown };
  range: Range;
  /** Below it: what it does not follow. */
  note?: string;
}

/** What a range brought, period by period, with its sum. */
export function PeriodChart({ title, caption, series, color, query, range, note }: Props) {
  const words = useTexts(rangeTexts);
  const format = useFormat();
  const by = periodOf(range);
  const labelOf = by === 'month' ? format.month : format.shortDay;
  const sum = (periods: ReportPeriod[]) => periods.reduce((cents, { total }) => cents + Math.round(total * 100), 0) / 100;
  return (
    <Card title={title} actions={query.currentData && <span className={styles.sum}>{format.money(sum(query.currentData))}</span>}>
      <Loaded query={query} skeleton={<Skeleton h={280} />}>
        {(periods) => (
          <TimeChart caption={caption(by)} kind="bars" period={words.by[by]} labels={periods.map(({ from }) => labelOf(from))}
            series={[{ name: series, values: periods.map(({ total }) => total), color }]} format={format.money} shortFormat={format.shortMoney} />
        )}
      </Loaded>
      {note && <p className={styles.note}>{note}</p>}
    </Card>
  );
}
