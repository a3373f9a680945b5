import { configureStore } from '@reduxjs/toolkit';
import { setupListeners } from '@reduxjs/toolkit/query';
import { api } from '@/api';
import { connection } from './connection';

/** One for each request on the server, one for each tab in the browser. */
export function makeStore() {
  const store = configureStore({
    reducer: { [api.reducerPath]: api.reducer, connection },
    // Cached answers are large; the checks walk through all of them.
    middleware: (getDefault) => getDefault({ serializableCheck: false, immutableCheck: false }).concat(api.middleware),
  });
  if (typeof window !== 'undefined') setupListeners(store.dispatch);
  return store;
}

export type Store = ReturnType<typeof makeStore>;
export type State = ReturnType<Store['getState']>;
