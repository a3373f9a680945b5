'use client';
import { useCallback, useState } from 'react';

/**
 * A part that is not in a page's first script: undefined until `load` has brought it. `get` has to be the same each time. Without a
 * network it does not come this time, and the page says that there is none.
 */
export function useLoaded<Module>(get: () => Promise<Module>): [Module | undefined, () => Promise<Module | undefined>] {
  const [module, setModule] = useState<Module>();
  const load = useCallback(() => get().then((got) => {
    setModule(() => got);
    return got;
  }, () => undefined), [get]);
  return [module, load];
}
