// What the inventory shows, as its address says it: filter, order and columns.
import type { ListProductsApiArg, StockReport } from '@/api';
import type { Unpaged } from '@/api/pages';

/** What the API can sort by; each is a column's id as well. */
export const SORTABLE = ['name', 'stockQuantity', 'price', 'unitsSold', 'updatedAt'] as const;
export type SortKey = (typeof SORTABLE)[number];
export type Sort = NonNullable<ListProductsApiArg['sort']>;

/** The columns beside the product itself, in their order. */
export const OPTIONAL_COLUMNS = ['sku', 'category', 'stockQuantity', 'minimumStock', 'price', 'value', 'unitsSold', 'updatedAt'] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

/** Unless others are chosen: what fits on a laptop, and on a phone, where the article number stands below the name. */
export const USUAL_COLUMNS: OptionalColumn[] = ['sku', 'category', 'stockQuantity', 'minimumStock', 'value', 'updatedAt'];
export const PHONE_COLUMNS: OptionalColumn[] = ['stockQuantity'];

const PAGE_SIZE = 200;
const DEFAULT_SORT: Sort = 'name';

export interface View {
  filter: { search?: string; category?: string; lowStock?: true };
  sort: Sort;
  /** Undefined: the usual ones. */
  columns: OptionalColumn[] | undefined;
}

export const isSortable = (id: string): id is SortKey => SORTABLE.some((key) => key === id);
const isSort = (text: string | null): text is Sort => text !== null && isSortable(text.replace(/^-/, ''));

/** What is not understood counts as not said. */
export function readView(params: { get(name: string): string | null }): View {
  const sort = params.get('sort');
  const columns = params.get('columns')?.split(',');
  return {
    filter: {
      search: params.get('search')?.slice(0, 200) || undefined,
      category: params.get('category')?.slice(0, 100) || undefined,
      lowStock: params.get('lowStock') === 'true' || undefined,
    },
    sort: isSort(sort) ? sort : DEFAULT_SORT,
    columns: columns && OPTIONAL_COLUMNS.filter((id) => columns.includes(id)),
  };
}

export const isFiltered = ({ filter }: View) => Object.values(filter).some((each) => each !== undefined);

export const listArg = ({ filter, sort }: View): Unpaged<ListProductsApiArg> => ({ ...filter, sort, limit: PAGE_SIZE });

/** How many products the view has in all, where the report of the stock says it. */
export function totalOf({ filter: { search, category, lowStock } }: View, report: StockReport | undefined): number | undefined {
  if (!report || search !== undefined || lowStock !== undefined) return undefined;
  return category === undefined ? report.products : report.categories.find((each) => each.category === category)?.products;
}
