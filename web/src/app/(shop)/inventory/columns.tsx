// The columns of the inventory, for TanStack Table: what is in them, how wide they are, and by which the API sorts.
import {
  columnVisibilityFeature, createColumnHelper, metaHelper, rowSelectionFeature, rowSortingFeature, tableFeatures, type ColumnVisibilityState, type SortingState,
} from '@tanstack/react-table';
import type { Product } from '@/api';
import type { Format } from '@/format/format';
import type { Texts } from '@/texts';
import { ProductCell, SelectAll, SelectOne, StockCell } from './cells';
import { OPTIONAL_COLUMNS, USUAL_COLUMNS, isSortable, type OptionalColumn, type Sort } from './view';

interface Meta {
  /** In CSS pixels, at least. */
  width: number;
  numeric?: boolean;
}

export const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature, rowSortingFeature, columnMeta: metaHelper<Meta>() });
export type Features = typeof features;

const helper = createColumnHelper<Features, Product>();

/** A sum in whole cents: 3 × 19.99 is 59.97, not 59.969999. */
const valueOf = ({ price, stockQuantity }: Product) => (Math.round(price * 100) * stockQuantity) / 100;

/** `images` is what the addresses of our own images begin with. */
export function makeColumns({ columns: names, none }: Texts['inventory'], format: Format, images: string | undefined) {
  return helper.columns([
    helper.display({ id: 'select', header: ({ table }) => <SelectAll table={table} />, cell: ({ row }) => <SelectOne row={row} />, meta: { width: 44 } }),
    helper.accessor('name', { header: names.name, enableHiding: false, sortDescFirst: false, cell: ({ row }) => <ProductCell product={row.original} images={images} />, meta: { width: 220 } }),
    helper.accessor('sku', { header: names.sku, enableSorting: false, cell: ({ getValue }) => getValue() ?? none, meta: { width: 100 } }),
    helper.accessor('category', { header: names.category, enableSorting: false, cell: ({ getValue }) => getValue() ?? none, meta: { width: 116 } }),
    helper.accessor('stockQuantity', { header: names.stockQuantity, sortDescFirst: true, cell: ({ row }) => <StockCell product={row.original} format={format} />, meta: { width: 152 } }),
    helper.accessor('minimumStock', { header: names.minimumStock, enableSorting: false, cell: ({ getValue }) => format.number(getValue()), meta: { width: 88, numeric: true } }),
    helper.accessor('price', { header: names.price, sortDescFirst: true, cell: ({ getValue }) => format.money(getValue()), meta: { width: 112, numeric: true } }),
    helper.accessor(valueOf, { id: 'value', header: names.value, enableSorting: false, cell: ({ getValue }) => format.money(getValue()), meta: { width: 116, numeric: true } }),
    helper.accessor('unitsSold', { header: names.unitsSold, sortDescFirst: true, cell: ({ getValue }) => format.number(getValue()), meta: { width: 116, numeric: true } }),
    helper.accessor('updatedAt', { header: names.updatedAt, sortDescFirst: true, cell: ({ getValue }) => <time dateTime={getValue()} title={format.time(getValue())}>{format.date(getValue())}</time>, meta: { width: 124 } }),
  ]);
}

export function visibilityOf(chosen: OptionalColumn[] | undefined, canSelect: boolean): ColumnVisibilityState {
  const shown = chosen ?? USUAL_COLUMNS;
  return { select: canSelect, ...Object.fromEntries(OPTIONAL_COLUMNS.map((id) => [id, shown.includes(id)])) };
}

export const sortingOf = (sort: Sort): SortingState => [{ id: sort.replace(/^-/, ''), desc: sort.startsWith('-') }];

export function sortOf([first]: SortingState): Sort | undefined {
  if (!first || !isSortable(first.id)) return undefined;
  return first.desc ? `-${first.id}` : first.id;
}
