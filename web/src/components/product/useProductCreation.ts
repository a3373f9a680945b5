'use client';
// A product is created once, however often its form is sent: under an id that the form has made.
import { useCallback, useRef } from 'react';
import { useDispatch } from 'react-redux';
import { api, useCreateProductMutation, useLazyGetProductQuery, useUpdateProductMutation, type NewProduct, type Product } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf } from '@/api/problem';
import { changesOf, isEmpty, valuesOf, type ProductValues } from './productValues';

/** Nobody else has this id: that it is taken means that our own product is there, and the answer that said so was lost. */
const isOurs = (error: unknown) => failureOf(error)?.errors.some(({ pointer, code }) => pointer === '/productId' && code === 'taken') === true;

/** Gives the product, and throws what the API says when there is none. */
export function useProductCreation() {
  const id = useRef<string>(undefined);
  const [create] = useCreateProductMutation();
  const [update] = useUpdateProductMutation();
  const [get] = useLazyGetProductQuery();
  const dispatch = useDispatch();

  const adopt = useCallback(async (productId: string, { stockQuantity, ...values }: ProductValues): Promise<Product> => {
    const existing = await get({ productId }).unwrap();
    dispatch(api.util.invalidateTags(['Products', 'Dashboard', 'Reports', 'Audit']));
    // What was changed in the form since the answer was lost. What was sold or bought since is no such change.
    const moved = existing.Sales.length + existing.Purchases.length > 0;
    const changes = changesOf(valuesOf(existing), { ...values, stockQuantity: moved ? existing.stockQuantity : stockQuantity });
    return isEmpty(changes) ? existing : update({ productId, productChange: changes, 'If-Match': entityTag(existing) }).unwrap();
  }, [dispatch, get, update]);

  return useCallback(async (values: ProductValues): Promise<Product> => {
    const productId = (id.current ??= crypto.randomUUID());
    try {
      return await create({ newProduct: { ...values, productId } satisfies NewProduct }).unwrap();
    } catch (error) {
      if (!isOurs(error)) throw error;
      return adopt(productId, values);
    }
  }, [adopt, create]);
}
