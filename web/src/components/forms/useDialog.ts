'use client';
// Which of a page's dialogs is open. A dialog is mounted while it is open only: its script is fetched then, and each time it begins
// anew.
import { useCallback, useRef, useState } from 'react';

export function useDialog<Dialog>() {
  const [shown, setShown] = useState<Dialog>();
  const opener = useRef<Element>(null);
  const open = useCallback((dialog: Dialog) => {
    opener.current = document.activeElement;
    setShown(dialog);
  }, []);
  /** The focus goes back to where it was. */
  const close = useCallback(() => {
    setShown(undefined);
    requestAnimationFrame(() => { if (opener.current instanceof HTMLElement) opener.current.focus(); });
  }, []);
  return { shown, open, close };
}
