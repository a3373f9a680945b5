'use client';
// Keeps somebody from leaving a page by accident with something entered and not saved.
import { useEffect, type RefObject } from 'react';

/** What is used of the Navigation API; TypeScript's own types have none of it yet, and neither have older browsers. */
interface NavigateEvent extends Event { navigationType: 'push' | 'reload' | 'replace' | 'traverse' }

/** While `dirty`, which is looked at when it happens, Back calls `ask` instead of leaving, and the browser asks by itself when the tab is closed or loaded anew. */
export function useLeaveGuard(dirty: RefObject<boolean>, ask: () => void) {
  useEffect(() => {
    const stopUnload = (event: Event) => { if (dirty.current) event.preventDefault(); };
    const stopBack = (event: Event) => {
      if (!dirty.current || (event as NavigateEvent).navigationType !== 'traverse' || !event.cancelable) return;
      event.preventDefault();
      ask();
    };
    const { navigation } = window as { navigation?: EventTarget };
    window.addEventListener('beforeunload', stopUnload);
    navigation?.addEventListener('navigate', stopBack);
    return () => {
      window.removeEventListener('beforeunload', stopUnload);
      navigation?.removeEventListener('navigate', stopBack);
    };
  }, [dirty, ask]);
}
