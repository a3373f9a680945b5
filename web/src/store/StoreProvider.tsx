'use client';
import { useRef, type ReactNode } from 'react';
import { Provider } from 'react-redux';
import { makeStore, type Store } from './store';

export function StoreProvider({ children }: { children: ReactNode }) {
  const store = useRef<Store>(undefined);
  store.current ??= makeStore();
  return <Provider store={store.current}>{children}</Provider>;
}
