'use client';
import { Button } from '@mantine/core';
import { IconAdjustmentsAlt } from '@tabler/icons-react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import styles from './inventory.module.css';

interface Props {
  count: number;
  onAdjust: () => void;
  onClear: () => void;
}

/** As many bookings are made one after the other: the API takes some fifty a second of one address. */
const MOST = 500;

/** How many products are selected, and what can be done with them. */
export function SelectionBar({ count, onAdjust, onClear }: Props) {
  const { selection } = useTexts(inventoryTexts);
  const format = useFormat();
  const tooMany = count > MOST;
  return (
    <div className={styles.selection}>
      <span role="status">{count > 0 && selection.count(format.number(count))}</span>
      {count > 0 && (
        <>
          <Button size="compact-sm" leftSection={<IconAdjustmentsAlt size={16} aria-hidden />} disabled={tooMany} onClick={onAdjust}>{selection.adjust}</Button>
          <Button size="compact-sm" variant="subtle" onClick={onClear}>{selection.clear}</Button>
          {tooMany && <p>{selection.tooMany(format.number(MOST))}</p>}
        </>
      )}
    </div>
  );
}
