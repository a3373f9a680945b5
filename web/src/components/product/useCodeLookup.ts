'use client';
// Finds products by the codes that a scanner types, one after the other: the next may be scanned while one is being looked up.
import { useCallback, useEffect, useRef, useState } from 'react';
import { useLazyListProductsQuery, type Product } from '@/api';
import { failureOf, type Failure } from '@/api/problem';

const LONGEST_CODE = 64;

/** What became of a code that no product was found for; with `failure`, nobody knows whether there is one. */
export interface Missed {
  code: string;
  failure?: Failure;
}

export function useCodeLookup(onFound: (product: Product) => void, onMissed: (missed: Missed) => void) {
  const [ask] = useLazyListProductsQuery();
  const [waiting, setWaiting] = useState(0);
  const queue = useRef(Promise.resolve());
  const heard = useRef({ onFound, onMissed });
  useEffect(() => { heard.current = { onFound, onMissed }; });

  const find = useCallback(async (code: string) => {
    try {
      const [product] = code.length > LONGEST_CODE ? [] : await ask({ sku: code }).unwrap();
      if (product) heard.current.onFound(product);
      else heard.current.onMissed({ code });
    } catch (error) {
      heard.current.onMissed({ code, failure: failureOf(error) });
    } finally {
      setWaiting((count) => count - 1);
    }
  }, [ask]);

  const lookUp = useCallback((code: string) => {
    setWaiting((count) => count + 1);
    queue.current = queue.current.then(() => find(code));
  }, [find]);

  return { lookUp, busy: waiting > 0 };
}
