'use client';
// Puts what the server has asked for into the cache, before anything below looks there.
import { useRef, type ReactNode } from 'react';
import { useStore } from 'react-redux';
import { api } from '@/api';
import type { Store } from './store';

export interface PreloadedEntry {
  endpointName: string;
  arg: unknown;
  value: unknown;
}

export function Preloaded({ entries, children }: { entries: PreloadedEntry[]; children: ReactNode }) {
  const store = useStore() as Store;
  const put = useRef<PreloadedEntry[]>(undefined);
  if (put.current !== entries) {
    put.current = entries;
    store.dispatch(api.util.upsertQueryEntries(entries as never));
  }
  return children;
}
