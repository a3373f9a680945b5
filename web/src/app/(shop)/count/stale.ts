import type { Failure } from '@/api/problem';

/** The stock as it is, where a count was refused because the books had another figure than was expected; else undefined. */
export function stockWhereStale(failure: Failure | undefined): number | undefined {
  if (failure?.status !== 409 || !failure.errors.some(({ code }) => code === 'stale')) return undefined;
  const { current } = failure;
  const stock = typeof current === 'object' && current !== null && 'stockQuantity' in current ? current.stockQuantity : undefined;
  return typeof stock === 'number' ? stock : undefined;
}
