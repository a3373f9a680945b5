// How pages ask the API: through /api of the dashboard's own server, which has the token.
import { createApi, fetchBaseQuery, type BaseQueryFn, type FetchArgs, type FetchBaseQueryError, type FetchBaseQueryMeta } from '@reduxjs/toolkit/query/react';
import { TAGS } from './tags';
import { answered, sessionEnded, unreachable } from '@/store/connection';

const ask = fetchBaseQuery({
  baseUrl: '/api',
  timeout: 20_000,
  // The one body that is no JSON: a text is sent as it is, but as text/plain when nobody says what it is.
  prepareHeaders: (headers, { endpoint }) => { if (endpoint === 'importProducts') headers.set('Content-Type', 'text/csv'); },
});

// What every page shows by itself: that the session has ended, or that there is no network.
const askAndNotice: BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError, object, FetchBaseQueryMeta> = async (request, store, options) => {
  const result = await ask(request, store, options);
  if (result.error?.status === 409 && result.meta?.response?.headers.has('Retry-After')) result.error.data = { ...Object(result.error.data), pending: true };
  if (result.error?.status === 401) store.dispatch(sessionEnded());
  if (result.error?.status === 'FETCH_ERROR') store.dispatch(unreachable());
  else store.dispatch(answered());
  return result;
};

export const baseApi = createApi({
  reducerPath: 'api',
  baseQuery: askAndNotice,
  tagTypes: TAGS,
  keepUnusedDataFor: 120,
  refetchOnReconnect: true,
  endpoints: () => ({}),
});
