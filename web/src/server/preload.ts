// What a page shows at once: asked of the API while the page is made, and put into its HTML.
import 'server-only';
import { configureStore } from '@reduxjs/toolkit';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { pagedEndpoints } from '@/api/pages';
import type { PreloadedEntry } from '@/store/Preloaded';
import { generatedApi, type Problem } from './generated';
import { PATH_HEADER } from './requests';
import { isUsable, readSession, type Access } from './session';

const api = generatedApi.injectEndpoints({ endpoints: pagedEndpoints });
type Endpoints = typeof api.endpoints;

const makeStore = (token: string) => configureStore({
  reducer: { [api.reducerPath]: api.reducer },
  middleware: (getDefault) => getDefault({ serializableCheck: false, immutableCheck: false, thunk: { extraArgument: { token } } }).concat(api.middleware),
});

/** The path that the browser is at, with its query. */
export async function currentPath() {
  const url = new URL((await headers()).get(PATH_HEADER) ?? '/', 'http://dashboard');
  url.searchParams.delete('_rsc');
  return url.pathname + url.search;
}

/** The caller's access token; without one the browser goes to get it, and comes back. */
export async function requireAccess(): Promise<Access> {
  const { access, refreshToken } = await readSession(await cookies());
  if (isUsable(access)) return access;
  const returnTo = encodeURIComponent(await currentPath());
  redirect(refreshToken ? `/auth/refresh?return=${returnTo}` : `/auth/sign-in?return=${returnTo}`);
}

/** The API refuses the token. A new one may do; if it is new, none will. */
async function refused({ issuedAt }: Access): Promise<never> {
  if (Date.now() / 1000 - issuedAt < 60) redirect('/?problem=refused');
  redirect(`/auth/refresh?return=${encodeURIComponent(await currentPath())}`);
}

interface Asked {
  entries: PreloadedEntry[];
  /** What the API says when it does not let the caller have something (403). */
  refusal: Problem | undefined;
  /** Some of it does not exist (404). */
  missing: boolean;
}

/** Asks for all of it at once. What fails is left out: the page asks for it again in the browser and shows what is wrong. */
export async function ask(choose: (endpoints: Endpoints) => unknown[]): Promise<Asked> {
  const access = await requireAccess();
  const store = makeStore(access.token);
  await Promise.all(choose(api.endpoints).map((request) => store.dispatch(request as never)));
  const asked = Object.values(store.getState().api.queries);
  const refusals = asked.flatMap((entry) => (entry?.error ? [entry.error as { status?: unknown; data?: unknown }] : []));
  if (refusals.some(({ status }) => status === 401)) await refused(access);
  return {
    entries: asked.flatMap((entry) => (entry?.status === 'fulfilled' ? [{ endpointName: entry.endpointName, arg: entry.originalArgs, value: entry.data }] : [])),
    refusal: refusals.find(({ status }) => status === 403)?.data as Problem | undefined,
    missing: refusals.some(({ status }) => status === 404),
  };
}

/** For <Preloaded>. */
export const preload = async (choose: (endpoints: Endpoints) => unknown[]): Promise<PreloadedEntry[]> => (await ask(choose)).entries;
