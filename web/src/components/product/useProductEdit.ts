'use client';
// An edit sends what was changed, of the version it was changed from. When that is no longer the current one, a person chooses.
import { useRef, useState } from 'react';
import { useDispatch } from 'react-redux';
import { api, useUpdateProductMutation, type Product } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf, type Failure } from '@/api/problem';
import { changesOf, isEmpty, isProduct, valuesOf, type ProductValues } from './productValues';

interface Settings {
  product: Product;
  ownImages?: string;
  onSaved: (product: Product) => void;
  onFailure: (failure: Failure | undefined) => void;
}

export interface Conflict {
  /** What was entered here, and differs from what is saved now. */
  mine: Partial<ProductValues>;
  /** What somebody else changed, and was left alone here. */
  others: Partial<ProductValues>;
  current: Product;
}

/** `product` is what the form was opened with; later ones do not matter. */
export function useProductEdit({ product, ownImages, onSaved, onFailure }: Settings) {
  const base = useRef(product);
  const sending = useRef(false);
  const [conflict, setConflict] = useState<Conflict>();
  const [update] = useUpdateProductMutation();
  const dispatch = useDispatch();

  const fail = (error: unknown, mine: Partial<ProductValues>) => {
    const failure = failureOf(error);
    if (failure?.status !== 412 || !isProduct(failure.current)) return onFailure(failure);
    const { current } = failure;
    const before = valuesOf(base.current, ownImages);
    const now = valuesOf(current, ownImages);
    dispatch(api.util.invalidateTags(['Products']));
    const differing = changesOf(now, { ...now, ...mine });
    // Nobody else did that: it is what was sent before, whose answer was lost.
    if (isEmpty(differing)) return onSaved(current);
    const { stockQuantity: _, ...theirs } = changesOf(before, now);
    const others = Object.fromEntries(Object.entries(theirs).filter(([key]) => !(key in mine)));
    setConflict({ mine: differing, others, current });
  };

  const send = async (from: Product, changes: Partial<ProductValues>) => {
    if (sending.current) return;
    sending.current = true;
    try {
      onSaved(await update({ productId: product.productId, productChange: changes, 'If-Match': entityTag(from) }).unwrap());
    } catch (error) {
      fail(error, changes);
    } finally {
      sending.current = false;
    }
  };

  /** Stock is adjusted, not edited. */
  const save = async (values: ProductValues) => {
    const before = valuesOf(base.current, ownImages);
    const changes = changesOf(before, { ...values, stockQuantity: before.stockQuantity });
    if (isEmpty(changes)) onSaved(base.current);
    else await send(base.current, changes);
  };
  /** From here on the form is an edit of the current version. */
  const settle = ({ current }: Conflict) => {
    base.current = current;
    setConflict(undefined);
  };
  return { save, settle, conflict, forget: () => setConflict(undefined) };
}
