'use client';
// What a page shows, in its address: it can be linked to, and Back works.
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/**
 * The query of the address, and how to change it: `set({ sort: 'name', page: undefined })` leaves the rest as it is. The page is
 * not asked for again; its queries follow from the address in the browser.
 */
export function useQueryState() {
  const params = useSearchParams();
  const path = usePathname();
  const set = useCallback((changes: Record<string, string | undefined>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === '') next.delete(name);
      else next.set(name, value);
    }
    const query = next.toString();
    window.history.replaceState(null, '', query ? `${path}?${query}` : path);
  }, [path]);
  return { params, set };
}
