'use client';
import { Button, CloseButton, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useReportStockValueQuery } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import { ColumnsMenu } from './ColumnsMenu';
import styles from './inventory.module.css';
import type { SetView } from './useView';
import { isFiltered, SORTABLE, type View } from './view';

interface Props {
  view: View;
  set: SetView;
}

export const NO_FILTER = { search: undefined, category: undefined, lowStock: undefined };

/** What is shown of the inventory, and how. */
export function Toolbar({ view, set }: Props) {
  const inventory = useTexts(inventoryTexts);
  const { data: report } = useReportStockValueQuery({});
  const { search, category, lowStock } = view.filter;
  const known = report?.categories.flatMap((each) => each.category ?? []) ?? [];
  const categories = category === undefined || known.includes(category) ? known : [...known, category];
  return (
    <div className={styles.toolbar} role="search" aria-label={inventory.table}>
      <Search search={search ?? ''} onSearch={(text) => set({ search: text })} />
      <NativeSelect
        className={styles.category} aria-label={inventory.category} value={category ?? ''} onChange={({ currentTarget }) => set({ category: currentTarget.value })}
        data={[{ value: '', label: inventory.allCategories }, ...categories]}
      />
      <NativeSelect
        className={styles.sort} aria-label={inventory.sort} value={view.sort} onChange={({ currentTarget }) => set({ sort: currentTarget.value })}
        data={SORTABLE.flatMap((key) => [{ value: key, label: inventory.ascending(inventory.columns[key]) }, { value: `-${key}`, label: inventory.descending(inventory.columns[key]) }])}
      />
      <Switch label={inventory.lowStock} checked={lowStock === true} onChange={({ currentTarget }) => set({ lowStock: currentTarget.checked ? 'true' : undefined })} />
      {isFiltered(view) && <Button variant="subtle" size="compact-sm" onClick={() => set(NO_FILTER)}>{inventory.clearFilters}</Button>}
      <div className={styles.toolbarEnd}><ColumnsMenu chosen={view.columns} onChoose={(columns) => set({ columns })} /></div>
    </div>
  );
}

function Search({ search, onSearch }: { search: string; onSearch: (text: string | undefined) => void }) {
  const inventory = useTexts(inventoryTexts);
  const [text, setText] = useState(search);
  const sent = useRef(search);
  const later = useDebouncedCallback((typed: string) => {
    sent.current = typed;
    onSearch(typed || undefined);
  }, 250);
  // The address says something else than what was typed: filters were cleared.
  useEffect(() => {
    if (search === sent.current) return;
    sent.current = search;
    setText(search);
  }, [search]);
  const change = (typed: string) => { setText(typed); later(typed); };
  return (
    <TextInput
      className={styles.search} type="text" inputMode="search" aria-label={inventory.search} placeholder={inventory.search} maxLength={200} value={text}
      onChange={({ currentTarget }) => change(currentTarget.value)} leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={inventory.clearSearch} onClick={() => change('')} />}
    />
  );
}
