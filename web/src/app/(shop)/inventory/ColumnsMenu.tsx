'use client';
import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconColumns3 } from '@tabler/icons-react';
import { useId, useRef, type MouseEvent } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import styles from './inventory.module.css';
import { OPTIONAL_COLUMNS, PHONE_COLUMNS, USUAL_COLUMNS, type OptionalColumn } from './view';

interface Props {
  chosen: OptionalColumn[] | undefined;
  /** As the address has them; undefined for the usual ones. */
  onChoose: (columns: string | undefined) => void;
}

/** Which columns are shown; the product's own always is. The browser's own popover: Escape, a click elsewhere and the focus are its. */
export function ColumnsMenu({ chosen, onChoose }: Props) {
  const inventory = useTexts(inventoryTexts);
  const phone = useMediaQuery('(max-width: 48em)');
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const usual = phone ? PHONE_COLUMNS : USUAL_COLUMNS;
  const shown = chosen ?? usual;
  const toggle = (column: OptionalColumn) => {
    const columns = OPTIONAL_COLUMNS.filter((each) => shown.includes(each) !== (each === column));
    // An address cannot say "none" by saying nothing.
    onChoose(columns.join() === usual.join() ? undefined : columns.join() || 'none');
  };
  const place = ({ currentTarget }: MouseEvent) => {
    const { bottom, right } = currentTarget.getBoundingClientRect();
    panel.current?.style.setProperty('top', `${bottom + 8}px`);
    panel.current?.style.setProperty('right', `${document.documentElement.clientWidth - right}px`);
  };
  return (
    <>
      <Button variant="default" leftSection={<IconColumns3 size={18} aria-hidden />} popoverTarget={id} onClick={place}>{inventory.chooseColumns}</Button>
      <div id={id} ref={panel} popover="auto" className={styles.panel} role="group" aria-label={inventory.chooseColumns}>
        {OPTIONAL_COLUMNS.map((column) => (
          <label key={column}><input type="checkbox" checked={shown.includes(column)} onChange={() => toggle(column)} />{inventory.columns[column]}</label>
        ))}
        {chosen && <Button variant="subtle" size="compact-sm" onClick={() => onChoose(undefined)}>{inventory.usualColumns}</Button>}
      </div>
    </>
  );
}
