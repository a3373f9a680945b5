'use client';
// The inventory as a table of any length: only the rows in sight are in the page, and the API's pages are loaded as one comes to them.
import { useTable, type OnChangeFn, type RowSelectionState, type SortingState } from '@tanstack/react-table';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useGetSettingsQuery, type Product } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import { features, makeColumns, sortingOf, sortOf, visibilityOf } from './columns';
import styles from './inventory.module.css';
import { TableHead } from './TableHead';
import { VirtualRows } from './VirtualRows';
import type { Sort, View } from './view';

interface Props {
  products: Product[];
  /** How many there are in all; undefined while nobody knows. */
  total: number | undefined;
  view: View;
  busy: boolean;
  /** What is selected, for those who may do something with it. */
  selection: { selected: RowSelectionState; onChange: OnChangeFn<RowSelectionState> } | undefined;
  onSort: (sort: Sort) => void;
  onNearEnd: () => void;
  /** Below the last row: that there is more. */
  more: ReactNode;
}

const NOTHING: RowSelectionState = {};

export function InventoryTable({ products, total, view, busy, selection, onSort, onNearEnd, more }: Props) {
  const inventory = useTexts(inventoryTexts);
  const format = useFormat();
  const images = useGetSettingsQuery({}).data?.links.images;
  const columns = useMemo(() => makeColumns(inventory, format, images), [inventory, format, images]);
  const canSelect = selection !== undefined;
  const visibility = useMemo(() => visibilityOf(view.columns, canSelect), [view.columns, canSelect]);
  const sorting = useMemo(() => sortingOf(view.sort), [view.sort]);
  const onSortingChange: OnChangeFn<SortingState> = (update) => {
    const sort = sortOf(typeof update === 'function' ? update(sorting) : update);
    if (sort) onSort(sort);
  };
  const table = useTable({
    features, columns, data: products,
    getRowId: (product) => product.productId,
    state: { columnVisibility: visibility, rowSelection: selection?.selected ?? NOTHING, sorting },
    manualSorting: true, enableMultiSort: false, enableSortingRemoval: false, onSortingChange,
    enableRowSelection: canSelect, onRowSelectionChange: selection?.onChange,
  });
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const shown = JSON.stringify([view.filter, view.sort]);
  useEffect(() => { scroller?.scrollTo({ top: 0 }); }, [scroller, shown]);
  const visible = table.getVisibleLeafColumns();
  const width = visible.reduce((sum, { columnDef }) => sum + (columnDef.meta?.width ?? 0), 0);
  return (
    <div className={styles.scroller} ref={setScroller} tabIndex={0} role="region" aria-label={inventory.table} aria-busy={busy}>
      <table className={styles.table} style={{ minWidth: width }} data-usual={view.columns ? undefined : true} aria-label={inventory.table} aria-rowcount={total === undefined ? -1 : total + 1}>
        {/* What is left of the width is the name's. */}
        <colgroup>{visible.map(({ id, columnDef }) => <col key={id} data-column={id} style={id === 'name' ? undefined : { width: columnDef.meta?.width }} />)}</colgroup>
        <TableHead table={table} />
        <VirtualRows scroller={scroller} rows={table.getRowModel().rows} visible={visible.map(({ id }) => id).join()} columns={columns} onNearEnd={onNearEnd} />
      </table>
      {more}
    </div>
  );
}
