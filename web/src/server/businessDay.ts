// The day it is where the business is, for pages whose first question depends on it.
import 'server-only';
import { cache } from 'react';
import type { Settings } from './generated';
import { preload } from './preload';

/** Undefined when the API does not say. */
export const businessDay = cache(async (): Promise<string | undefined> => {
  const [settings] = await preload((api) => [api.getSettings.initiate({})]);
  return (settings?.value as Settings | undefined)?.businessDay;
});
