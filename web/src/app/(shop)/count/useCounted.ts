'use client';
// What was counted since this tab was opened: kept in it, so that a reload in the stock room loses nothing.
import { useCallback, useEffect, useState } from 'react';
import { useShowOwnAccountQuery } from '@/api';

export interface Counted {
  productId: string;
  name: string;
  counted: number;
  expected: number;
  /** Undefined where the count was right. */
  movementId?: string;
  at: string;
  undone: boolean;
}

// With the shape's number: what another release of this page has kept is left alone. And with whose it is: the tab outlives a sign-out.
const keyOf = (userId: string) => `stockpilot-counted-1-${userId}`;

function kept(userId: string): Counted[] {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(userId)) ?? '[]');
  } catch {
    return [];
  }
}

function keep(userId: string | undefined, counted: Counted[]) {
  if (!userId) return;
  try {
    sessionStorage.setItem(keyOf(userId), JSON.stringify(counted));
  } catch {
    // Without storage it is as long as the page.
  }
}

/** The last one first. */
export function useCounted() {
  const userId = useShowOwnAccountQuery({}).data?.userId;
  const [counted, setCounted] = useState<Counted[]>([]);
  useEffect(() => setCounted(userId ? kept(userId) : []), [userId]);
  const change = useCallback((how: (before: Counted[]) => Counted[]) => setCounted((before) => {
    const after = how(before);
    keep(userId, after);
    return after;
  }), [userId]);
  return {
    counted,
    add: useCallback((each: Counted) => change((before) => [each, ...before]), [change]),
    markUndone: useCallback((movementId: string) => change((before) => before.map((each) => (each.movementId === movementId ? { ...each, undone: true } : each))), [change]),
  };
}
