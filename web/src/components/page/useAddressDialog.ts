'use client';
// A dialog that is open as long as the address says so: `?sale=<id>`. It can be linked to, and its script is loaded when it is opened.
import { useCallback, useEffect, useRef } from 'react';
import { useQueryState } from './useQueryState';

/** A drawer that stays mounted gives the focus back itself, ten milliseconds after it has gone. */
const GIVEN_BACK_MS = 20;

export function useAddressDialog(name: string) {
  const { params, set } = useQueryState();
  const opener = useRef<Element>(null);
  const value = params.get(name) ?? undefined;
  const open = useCallback((next: string) => {
    opener.current = document.activeElement;
    set({ [name]: next });
  }, [name, set]);
  const close = useCallback(() => set({ [name]: undefined }), [name, set]);
  // The focus goes back to where it was, once the dialog that held it is gone: the address is heard of later than it changes.
  useEffect(() => {
    if (value !== undefined) return undefined;
    const timer = setTimeout(() => {
      if (opener.current instanceof HTMLElement && document.activeElement === document.body) opener.current.focus({ preventScroll: true });
      opener.current = null;
    }, GIVEN_BACK_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return { value, open, close };
}
