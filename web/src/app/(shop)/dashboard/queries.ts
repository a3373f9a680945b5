// What the dashboard asks of the API. The server asks for the same before the page is made.
import { daysBefore, type Days, type Range } from '@/components/range/range';

/** Rows of each list on the page. */
export const LOW_STOCK_ROWS = 6;
export const ACTIVITY_ROWS = 8;

export const lowStockArg = { lowStock: true, sort: 'stockQuantity', limit: LOW_STOCK_ROWS + 1 } as const;
export const recentArg = { limit: ACTIVITY_ROWS };
export const alertsArg = { type: 'stock_alert', limit: ACTIVITY_ROWS } as const;

export const daysArg = ({ from, to }: Days) => ({ from, to });
/** Only its sum is needed: as few periods as there are. */
export const beforeArg = (range: Range) => ({ ...daysBefore(range), by: 'month' as const });

interface Query<T> {
  currentData?: T;
  error?: unknown;
  isFetching: boolean;
  refetch: () => unknown;
}

/** For <Loaded>: never what was asked for other days, as `data` is until the new ones are there. */
export const current = <T>({ currentData, error, isFetching, refetch }: Query<T>) => ({ data: currentData, error, isFetching, refetch });

/** Two queries of which one is nothing without the other. */
export function together<A, B>(a: Query<A>, b: Query<B>) {
  const both = a.currentData !== undefined && b.currentData !== undefined;
  return {
    data: both ? ([a.currentData!, b.currentData!] as const) : undefined,
    error: a.error ?? b.error,
    isFetching: a.isFetching || b.isFetching,
    refetch: () => Promise.all([a.refetch(), b.refetch()]),
  };
}

/** Of the periods of a report: in cents, since sums of fractions are not exact. */
export const sumOf = (periods: { total: number }[]) => periods.reduce((cents, { total }) => cents + Math.round(total * 100), 0) / 100;

/** The page is looked at all day, while others sell. */
export const KEPT_NEW = { pollingInterval: 60_000, skipPollingIfUnfocused: true, refetchOnFocus: true };
