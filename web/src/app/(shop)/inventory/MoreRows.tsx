'use client';
import { Button, Loader } from '@mantine/core';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import { statesTexts } from '@/texts/states';
import styles from './inventory.module.css';

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; fetchNextPage: () => unknown };
}

/** Below the last row that is loaded, while there are more. */
export function MoreRows({ query: { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } }: Props) {
  const inventory = useTexts(inventoryTexts);
  const states = useTexts(statesTexts);
  if (!hasNextPage) return null;
  if (isFetchNextPageError && !isFetchingNextPage) {
    return <div className={styles.more} role="alert">{inventory.moreFailed}<Button size="compact-sm" variant="default" onClick={() => fetchNextPage()}>{states.retry}</Button></div>;
  }
  return <div className={styles.more}><Loader size={16} />{inventory.loadingMore}</div>;
}

/** How much of the list is in the table. */
export function LoadedCount({ count, total, more }: { count: number; total: number | undefined; more: boolean }) {
  const inventory = useTexts(inventoryTexts);
  const format = useFormat();
  const loaded = format.number(count);
  const text = !more ? inventory.loaded(loaded) : total === undefined ? inventory.loadedSoFar(loaded) : inventory.loadedOf(loaded, format.number(total));
  return <p role="status">{text}</p>;
}
