'use client';
import { useMemo } from 'react';
import { useGetSettingsQuery } from '@/api';
import { useQueryState } from '../page/useQueryState';
import { readRange, writeRange, type Range } from './range';

/** The range in the address; undefined while it is not known which day the business has. */
export function useRange() {
  const { params, set } = useQueryState();
  const today = useGetSettingsQuery({}).data?.businessDay;
  const range = useMemo(() => (today ? readRange((name) => params.get(name) ?? undefined, today) : undefined), [params, today]);
  return { range, today, setRange: (next: Range) => set(writeRange(next)) };
}
