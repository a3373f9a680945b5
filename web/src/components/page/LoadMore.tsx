'use client';
import { Button } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import styles from './LoadMore.module.css';

interface Query {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError?: boolean;
  fetchNextPage: () => unknown;
}

interface Props {
  query: Query;
  /** The next page comes as one gets there. One that failed waits to be asked for. */
  onScroll?: boolean;
}

/** Below a list that goes on. */
export function LoadMore({ query: { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage }, onScroll }: Props) {
  const states = useTexts(statesTexts);
  const { ref, entry } = useIntersection({ rootMargin: '200px' });
  const reached = onScroll && entry?.isIntersecting && hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (reached) fetchNextPage();
  }, [reached, fetchNextPage]);
  if (!hasNextPage) return null;
  return <div ref={ref} className={styles.more}><Button variant="default" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>{states.loadMore}</Button></div>;
}
