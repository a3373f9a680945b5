// Which products the list shows, by the address of the page.
import type { ListProductsApiArg } from '@/api';

export const PAGE_SIZE = 24;
export const SORTS = ['name', '-name', 'price', '-price', 'stockQuantity', '-stockQuantity', '-unitsSold', 'unitsSold', '-updatedAt', 'updatedAt'] as const;
export type Sort = (typeof SORTS)[number];

/** `get` reads the address: its query, without what repeats. Nonsense in it is as good as nothing. */
export function productListArg(get: (name: string) => string | null | undefined) {
  const sort = SORTS.find((each) => each === get('sort')) ?? 'name';
  return {
    search: get('search')?.slice(0, 200) || undefined,
    category: get('category')?.slice(0, 100) || undefined,
    lowStock: get('lowStock') === 'true' || undefined,
    sort,
    limit: PAGE_SIZE,
  } satisfies ListProductsApiArg;
}

export type ProductListArg = ReturnType<typeof productListArg>;

/** Whether it leaves products out. */
export const isFiltered = ({ search, category, lowStock }: ProductListArg) => search !== undefined || category !== undefined || lowStock !== undefined;
