'use client';
import { useCallback, useState } from 'react';
import { useLazyGetProductQuery, type Product } from '@/api';
import { withChange, type DraftLine } from '@/components/documents/draft';

/** What products cost when they were bought last, asked for when one is picked: it fills a cost that is still empty. */
export function useLastCosts(change: (next: (lines: DraftLine[]) => DraftLine[]) => void) {
  const [ask] = useLazyGetProductQuery();
  const [costs, setCosts] = useState<Record<string, number>>({});
  const askCost = useCallback(async ({ productId }: Product) => {
    const { data } = await ask({ productId }, true);
    const cost = data?.Purchases[0]?.unitCost;
    if (cost === undefined) return; // never bought, or not known just now: then it is typed
    setCosts((known) => ({ ...known, [productId]: cost }));
    change((lines) => (lines.some(({ product, unit }) => product.productId === productId && unit === undefined) ? withChange(lines, productId, { unit: cost }) : lines));
  }, [ask, change]);
  return { costOf: ({ productId }: Product) => costs[productId], askCost };
}
