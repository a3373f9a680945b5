'use client';
import type { Header, Table } from '@tanstack/react-table';
import { FlexRender } from '@tanstack/react-table';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { Product } from '@/api';
import type { Features } from './columns';
import styles from './inventory.module.css';

/** What marks a cell of a column, in the head and in a row alike. */
export const cellClass = (id: string, numeric: boolean | undefined) =>
  [id === 'select' && styles.select, id === 'name' && styles.main, numeric && styles.numeric].filter(Boolean).join(' ');

export function TableHead({ table }: { table: Table<Features, Product> }) {
  return (
    <thead>
      {table.getHeaderGroups().map((group) => (
        <tr key={group.id} aria-rowindex={1}>{group.headers.map((header) => <HeadCell key={header.id} header={header} />)}</tr>
      ))}
    </thead>
  );
}

function HeadCell({ header }: { header: Header<Features, Product> }) {
  const { column } = header;
  const className = cellClass(column.id, column.columnDef.meta?.numeric);
  const content = <FlexRender header={header} />;
  // A checkbox is no heading.
  if (column.id === 'select') return <td className={className} data-column={column.id}>{content}</td>;
  const sorted = column.getIsSorted();
  const Arrow = sorted === false ? IconArrowsSort : sorted === 'asc' ? IconArrowUp : IconArrowDown;
  return (
    <th scope="col" className={className} data-column={column.id} aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}>
      {column.getCanSort()
        ? <button type="button" className={styles.sortButton} onClick={column.getToggleSortingHandler()}>{content}<Arrow size={14} aria-hidden className={sorted ? undefined : styles.unsorted} /></button>
        : content}
    </th>
  );
}
