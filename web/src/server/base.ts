// The API for pages while they are rendered on the server: asked directly, with the caller's token.
import 'server-only';
import { createApi, type BaseQueryFn, type FetchArgs, type FetchBaseQueryError, type FetchBaseQueryMeta } from '@reduxjs/toolkit/query';
import { TAGS } from '@/api/tags';
import { callApi } from './gateway';
import { logFault } from './log';

/** What the store of one request has besides the cache. */
export interface Caller { token: string }

function pathOf({ url, params }: FetchArgs) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {})) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `${url}?${query}` : url;
}

const ask: BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError, object, FetchBaseQueryMeta> = async (request, { extra }) => {
  const wanted = typeof request === 'string' ? { url: request } : request;
  try {
    const answer = await callApi({ method: 'GET', path: pathOf(wanted), headers: { Accept: 'application/json' } }, (extra as Caller).token);
    const meta = { response: answer as unknown as Response } as FetchBaseQueryMeta;
    const data = await answer.json();
    return answer.ok ? { data, meta } : { error: { status: answer.status, data }, meta };
  } catch (error) {
    logFault('page', error, { path: wanted.url });
    return { error: { status: 'FETCH_ERROR', error: (error as Error).message } };
  }
};

export const baseApi = createApi({ reducerPath: 'api', baseQuery: ask, tagTypes: TAGS, endpoints: () => ({}) });
