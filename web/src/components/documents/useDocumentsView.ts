'use client';
import { useQueryState } from '../page/useQueryState';
import { useRange } from '../range/useRange';
import { listArg } from './listArg';

/** What a page of sales or purchases shows, by its address. `range` is undefined while it is not known. */
export function useDocumentsView() {
  const { params, set } = useQueryState();
  const { range, today, setRange } = useRange();
  const list = range && listArg(range, params.get('productId') ?? undefined);
  return { range, today, setRange, list, productId: list?.productId, setProduct: (productId: string | undefined) => set({ productId }) };
}
