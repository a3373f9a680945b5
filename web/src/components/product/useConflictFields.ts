'use client';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import { productsTexts } from '@/texts/products';
import { PRODUCT_KEYS, valuesOf, type ProductKey, type ProductValues } from './productValues';
import type { Conflict } from './useProductEdit';

/** Both versions of what differs, for people: what was entered here, and what somebody else changed beside it, which stays. */
export function useConflictFields(conflict: Conflict | undefined) {
  const products = useTexts(productsTexts);
  const texts = useTexts(productFormsTexts);
  const format = useFormat();
  if (!conflict) return [];
  const labels: Record<ProductKey, string> = {
    name: texts.name, sku: texts.sku, category: texts.category, price: products.price, stockQuantity: products.stockNow, minimumStock: texts.minimumStock,
    rating: texts.rating, description: texts.description, imageUrl: texts.imageUrl,
  };
  const write = (key: ProductKey, value: ProductValues[ProductKey]) => {
    if (value === null || value === undefined || value === '') return texts.empty;
    if (typeof value === 'string') return value;
    return key === 'price' ? format.money(value) : format.number(value);
  };
  const theirs = valuesOf(conflict.current);
  return PRODUCT_KEYS.filter((key) => key in conflict.mine || key in conflict.others).map((key) => ({
    label: labels[key],
    mine: key in conflict.mine ? write(key, conflict.mine[key]) : texts.theirsStays,
    theirs: write(key, theirs[key]),
  }));
}
