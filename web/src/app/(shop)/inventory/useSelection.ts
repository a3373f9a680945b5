'use client';
// Which products are selected: across searches, so with what is known of each.
import type { OnChangeFn, RowSelectionState } from '@tanstack/react-table';
import { useCallback, useMemo, useState } from 'react';
import type { Product } from '@/api';

const byId = (products: Product[]) => new Map(products.map((product) => [product.productId, product]));

export function useSelection(loaded: Product[]) {
  const [chosen, setChosen] = useState<Map<string, Product>>(new Map());
  const selected = useMemo<RowSelectionState>(() => Object.fromEntries([...chosen.keys()].map((id) => [id, true])), [chosen]);
  const onChange: OnChangeFn<RowSelectionState> = useCallback((update) => {
    const next = typeof update === 'function' ? update(selected) : update;
    const known = byId(loaded);
    setChosen(byId(Object.keys(next).flatMap((id) => known.get(id) ?? chosen.get(id) ?? [])));
  }, [loaded, chosen, selected]);
  /** As they are now, where they are loaded. */
  const products = useCallback(() => {
    const known = byId(loaded);
    return [...chosen].map(([id, product]) => known.get(id) ?? product);
  }, [loaded, chosen]);
  const drop = useCallback((ids: string[]) => setChosen((before) => byId([...before.values()].filter(({ productId }) => !ids.includes(productId)))), []);
  const clear = useCallback(() => setChosen(new Map()), []);
  return { count: chosen.size, selected, onChange, products, drop, clear };
}
