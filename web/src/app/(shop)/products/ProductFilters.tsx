'use client';
import { Chip, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useQueryState } from '@/components/page/useQueryState';
import { useCategories } from '@/components/product/useCategories';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { productListArg, SORTS } from './productList';
import styles from './products.module.css';

export function ProductFilters() {
  const products = useTexts(productsTexts);
  const { params, set } = useQueryState();
  const { category, lowStock, sort } = productListArg((name) => params.get(name));
  return (
    <div className={styles.filters} role="search" aria-label={products.list}>
      <SearchInput />
      <CategorySelect value={category} onChange={(value) => set({ category: value })} />
      <NativeSelect
        aria-label={products.sort} data={SORTS.map((value) => ({ value, label: products.sorts[value] }))} value={sort}
        onChange={({ currentTarget: { value } }) => set({ sort: value === 'name' ? undefined : value })}
      />
      <Chip variant="outline" checked={lowStock === true} onChange={(checked) => set({ lowStock: checked ? 'true' : undefined })}>{products.lowStockOnly}</Chip>
    </div>
  );
}

/** Which categories there are is a report over all products: it comes after the page. */
function CategorySelect({ value = '', onChange }: { value: string | undefined; onChange: (value: string) => void }) {
  const products = useTexts(productsTexts);
  const { categories } = useCategories(true);
  const options = [...new Set([...categories, ...(value ? [value] : [])])];
  return (
    <NativeSelect
      aria-label={products.category} data={[{ value: '', label: products.allCategories }, ...options]} value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

/** Looks for what is typed when the typing pauses. */
function SearchInput() {
  const products = useTexts(productsTexts);
  const { params, set } = useQueryState();
  const wanted = params.get('search') ?? '';
  const [text, setText] = useState(wanted);
  const search = useDebouncedCallback((value: string) => set({ search: value.trim() }), 250);
  // Somebody else cleared it, or one came here by another link.
  useEffect(() => setText((typed) => (typed.trim() === wanted ? typed : wanted)), [wanted]);
  return (
    <TextInput
      type="search" aria-label={products.search} placeholder={products.search} leftSection={<IconSearch size={16} aria-hidden />} maxLength={200} value={text}
      onChange={({ currentTarget: { value } }) => { setText(value); search(value); }}
    />
  );
}
