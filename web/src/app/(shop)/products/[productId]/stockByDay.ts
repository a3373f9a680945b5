import { addDays } from '@/format/format';

interface Left { timestamp: string; quantityAfter: number }

/** Days of the business with the stock at the end of each; the last one is today, so far. */
export interface StockByDay {
  days: string[];
  stock: number[];
}

/** More than a year is too close to be read. */
const MOST_DAYS = 366;

/**
 * What the movements (newest first) left at the end of each day, from the day of the oldest of them on: between two movements the
 * stock stays as the earlier one left it.
 */
export function stockByDay(movements: Left[], dayOf: (timestamp: string) => string, today: string): StockByDay {
  const left = new Map<string, number>();
  for (const { timestamp, quantityAfter } of movements) if (!left.has(dayOf(timestamp))) left.set(dayOf(timestamp), quantityAfter);
  const oldest = movements.at(-1);
  const days: string[] = [];
  const stock: number[] = [];
  if (!oldest) return { days, stock };
  let quantity = 0;
  for (let day = dayOf(oldest.timestamp); day <= today; day = addDays(day, 1)) {
    quantity = left.get(day) ?? quantity;
    days.push(day);
    stock.push(quantity);
  }
  return { days: days.slice(-MOST_DAYS), stock: stock.slice(-MOST_DAYS) };
}
