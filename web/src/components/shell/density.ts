'use client';
// How close the rows of tables and lists stand: what people choose, kept in the browser, and on <html> before the first paint
// (app/layout.tsx). Style sheets have it as var(--row).
import { useSyncExternalStore } from 'react';

export type Density = 'comfortable' | 'compact';

/** As globals.css has it, for tables that count their rows' pixels. */
export const ROW_PIXELS: Record<Density, number> = { comfortable: 56, compact: 40 };

const KEY = 'stockpilot-density';
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

const read = (): Density => (document.documentElement.dataset.density === 'compact' ? 'compact' : 'comfortable');

export const useDensity = () => useSyncExternalStore(subscribe, read, (): Density => 'comfortable');

export function setDensity(density: Density) {
  document.documentElement.dataset.density = density;
  try {
    localStorage.setItem(KEY, density);
  } catch {
    // Without storage it is as long as the page.
  }
  for (const listener of listeners) listener();
}
