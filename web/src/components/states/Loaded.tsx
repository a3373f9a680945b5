'use client';
// What a part of a page shows: a skeleton of its final size, what is wrong, that there is nothing yet, or what was loaded; and what was
// loaded stays, with a notice, when it cannot be loaded anew.
import type { ReactNode } from 'react';
import { failureOf } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import { Failed } from './Failed';
import { Forbidden } from './Forbidden';
import { RetryNotice } from './RetryNotice';

interface Query<T> {
  data?: T;
  /** As RTK Query gives it: undefined while `data` is that of another filter. */
  currentData?: unknown;
  error?: unknown;
  isFetching: boolean;
  refetch: () => unknown;
}

interface Props<T> {
  query: Query<T>;
  skeleton: ReactNode;
  /** Shown instead when it gives something: for a list without a row. */
  empty?: (data: T) => ReactNode;
  children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, skeleton, empty, children }: Props<T>) {
  const states = useTexts(statesTexts);
  const { error, isFetching, refetch } = query;
  const failure = failureOf(error);
  // What another filter gave stays until there is an answer to this one, but not in its place.
  const data = failure && 'currentData' in query && query.currentData === undefined ? undefined : query.data;
  if (failure?.status === 403) return <Forbidden />;
  if (data === undefined) return failure && !isFetching ? <Failed failure={failure} retry={refetch} /> : <div role="status" aria-label={states.loading}>{skeleton}</div>;
  return (
    <>
      {failure && !isFetching && <RetryNotice text={states.stale} retry={refetch} />}
      {empty?.(data) || children(data)}
    </>
  );
}
