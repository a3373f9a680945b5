'use client';
import { useHotkeys } from '@mantine/hooks';
import { useLoaded } from './useLoaded';

const get = () => import('./Palette');

/** The command palette, and what opens it: also Ctrl K, and /. */
export function usePalette() {
  const [module, load] = useLoaded(get);
  const open = () => { void load().then((got) => got?.openPalette()); };
  useHotkeys([['mod+K', open], ['/', open]]);
  return { Palette: module?.default, open };
}
