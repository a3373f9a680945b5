'use client';
// The key under which one booking is done once, however often it is sent (the API's Idempotency-Key).
import { useCallback, useRef } from 'react';

/**
 * A form's key: the same until `renew()`, which is called when it is booked. A double click and a try after a lost answer are
 * booked once then.
 */
export function useIdempotencyKey(): { key: () => string; renew: () => void } {
  const current = useRef<string>(undefined);
  return {
    key: useCallback(() => (current.current ??= crypto.randomUUID()), []),
    renew: useCallback(() => { current.current = undefined; }, []),
  };
}
