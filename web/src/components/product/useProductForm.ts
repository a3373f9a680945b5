'use client';
// The state of a product's form, for creating and for editing.
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect, useMemo } from 'react';
import { useForm } from 'react-hook-form';
import type { Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import type { DrawerForm } from '../forms/FormDrawer';
import { PRODUCT_KEYS, productSchema, type ProductForm, type ProductValues } from './productValues';

export function useProductForm(creating: boolean, defaultValues: ProductForm, { setDirty }: DrawerForm) {
  const { errors } = useTexts(productFormsTexts);
  const resolver = useMemo(() => zodResolver(productSchema(errors, creating)), [errors, creating]);
  const form = useForm<ProductForm, unknown, ProductValues>({ resolver, defaultValues });
  const { isDirty } = form.formState;
  useEffect(() => setDirty(isDirty), [isDirty, setDirty]);
  /** Shows the API's complaints at their fields; gives the pointers of those. */
  const complain = (failure: Failure) => {
    for (const key of PRODUCT_KEYS) {
      const complaint = failure.errors.find(({ pointer }) => pointer === `/${key}`);
      if (complaint) form.setError(key, { message: complaint.detail }, { shouldFocus: true });
    }
  };
  return { form, complain };
}

/** What the fields show of a failure themselves. */
export const SHOWN_BY_FIELDS = PRODUCT_KEYS.map((key) => `/${key}`);
