'use client';
import { FlexRender, type Row } from '@tanstack/react-table';
import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem } from '@tanstack/react-virtual';
import { Fragment, memo, useCallback, useEffect, useLayoutEffect, useRef, type FocusEvent } from 'react';
import type { Product } from '@/api';
import { ROW_PIXELS, useDensity } from '@/components/shell/density';
import type { Features, makeColumns } from './columns';
import styles from './inventory.module.css';
import { cellClass } from './TableHead';

/** As many rows before the last one that is loaded, the next page is asked for. */
const AHEAD = 80;
/** What the server draws: a laptop's height. */
const FIRST_RECT = { width: 1024, height: 720 };

interface Props {
  scroller: HTMLElement | null;
  rows: Row<Features, Product>[];
  /** The ids of the columns that are shown. */
  visible: string;
  columns: ReturnType<typeof makeColumns>;
  onNearEnd: () => void;
}

/** The rows in sight, each in its place, with room for the others between them. */
export function VirtualRows({ scroller, rows, visible, columns, onNearEnd }: Props) {
  // Whoever works in a row does not lose it by scrolling: it stays in the page, though out of sight.
  const focused = useRef<number>(undefined);
  const rangeExtractor = useCallback((range: Range) => {
    const indexes = defaultRangeExtractor(range);
    const kept = focused.current;
    return kept === undefined || kept >= range.count || indexes.includes(kept) ? indexes : [...indexes, kept].sort((a, b) => a - b);
  }, []);
  const rowHeight = ROW_PIXELS[useDensity()];
  const virtualizer = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    count: rows.length, getScrollElement: () => scroller, estimateSize: () => rowHeight, overscan: 6, initialRect: FIRST_RECT, rangeExtractor,
    getItemKey: (index) => rows[index]!.id,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const last = virtualizer.range?.endIndex ?? 0;
  useEffect(() => { if (last > rows.length - AHEAD) onNearEnd(); }, [last, rows.length, onNearEnd]);
  const onFocus = ({ target }: FocusEvent) => { focused.current = Number(target.closest('tr')?.dataset.index); };
  const onBlur = () => { focused.current = undefined; };
  const items = virtualizer.getVirtualItems();
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <tbody onFocus={onFocus} onBlur={onBlur}>
      {items.map((item, i) => (
        <Fragment key={item.key}>
          <Room height={item.start - endBefore(items, i)} />
          <ProductRow row={rows[item.index]!} index={item.index} selected={rows[item.index]!.getIsSelected()} visible={visible} columns={columns} />
        </Fragment>
      ))}
      <Room height={below} />
    </tbody>
  );
}

const endBefore = (items: VirtualItem[], i: number) => items[i - 1]?.end ?? 0;

/** In the place of rows that are not in the page. */
function Room({ height }: { height: number }) {
  if (height <= 0) return null;
  return <tr aria-hidden className={styles.spacer} style={{ height }}><td /></tr>;
}

interface RowProps extends Pick<Props, 'visible' | 'columns'> {
  row: Row<Features, Product>;
  index: number;
  selected: boolean;
}

/** Drawn anew only when something of it has changed, and not with each step of the wheel. */
const ProductRow = memo(function ProductRow({ row, index, selected }: RowProps) {
  return (
    <tr className={styles.row} aria-rowindex={index + 2} data-index={index} data-selected={selected || undefined}>
      {row.getVisibleCells().map((cell) => {
        const { id, columnDef } = cell.column;
        const Cell = id === 'name' ? 'th' : 'td';
        return (
          <Cell key={id} scope={id === 'name' ? 'row' : undefined} className={cellClass(id, columnDef.meta?.numeric)} data-column={id}>
            <FlexRender cell={cell} />
          </Cell>
        );
      })}
    </tr>
  );
});
