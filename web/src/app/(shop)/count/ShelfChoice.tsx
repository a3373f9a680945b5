'use client';
import { NativeSelect } from '@mantine/core';
import { useReportStockValueQuery } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { countTexts } from '@/texts/count';

/** Which category is walked; none, where one counts what one picks. */
export function ShelfChoice({ category, onChoose }: { category?: string; onChoose: (category: string | undefined) => void }) {
  const count = useTexts(countTexts);
  const format = useFormat();
  const { data: stock } = useReportStockValueQuery({});
  const shelves = (stock?.categories ?? []).flatMap(({ category: name, products }) => (name === null ? [] : [{ value: name, label: count.shelf(name, format.number(products)) }]));
  const missing = category !== undefined && !shelves.some(({ value }) => value === category);
  return (
    <NativeSelect
      label={count.walk} value={category ?? ''} onChange={(event) => onChoose(event.currentTarget.value || undefined)}
      data={[{ value: '', label: count.noShelf }, ...shelves, ...(missing ? [{ value: category, label: category }] : [])]}
    />
  );
}
