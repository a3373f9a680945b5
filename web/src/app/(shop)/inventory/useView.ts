'use client';
// What is shown, as the address says it.
import { useCallback, useMemo, useState } from 'react';
import { useQueryState } from '@/components/page/useQueryState';
import { readView, type View } from './view';

export type SetView = (changes: Record<string, string | undefined>) => void;

/** The address is known to the page a moment after it was changed; what was chosen is shown at once. */
export function useView(): { view: View; set: SetView } {
  const { params, set: change } = useQueryState();
  const [known, setKnown] = useState(params);
  const [chosen, setChosen] = useState<URLSearchParams>();
  if (known !== params) {
    setKnown(params);
    setChosen(undefined);
  }
  const view = useMemo(() => readView(chosen ?? params), [chosen, params]);
  const set = useCallback((changes: Record<string, string | undefined>) => {
    change(changes);
    setChosen(new URLSearchParams(window.location.search));
  }, [change]);
  return { view, set };
}
