'use client';
import { Button } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useCallback } from 'react';
import { useReverseMovementMutation } from '@/api';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useBooking } from '@/components/forms/useBooking';
import { Card } from '@/components/page/Card';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { countTexts } from '@/texts/count';
import type { Counted } from './useCounted';
import styles from './count.module.css';

/** What was counted so far, each with the way back. */
export function CountedList({ counted, onUndone }: { counted: Counted[]; onUndone: (movementId: string) => void }) {
  const count = useTexts(countTexts);
  if (counted.length === 0) return <div className={styles.noneYet}><Card title={count.soFar}><p className={styles.sku}>{count.noneYet}</p></Card></div>;
  return (
    <Card title={count.soFar} flush>
      <ul className={styles.counted}>{counted.map((each) => <CountedItem key={each.productId + each.at} counted={each} onUndone={onUndone} />)}</ul>
    </Card>
  );
}

function CountedItem({ counted: { name, counted, expected, movementId, at, undone }, onUndone }: { counted: Counted; onUndone: (movementId: string) => void }) {
  const count = useTexts(countTexts);
  const format = useFormat();
  const [reverse] = useReverseMovementMutation();
  const { book, busy, failure } = useBooking(useCallback(
    (id: string, key: string) => reverse({ movementId: id, 'Idempotency-Key': key, newReversal: {} }).unwrap(), [reverse],
  ));
  const undo = async (id: string) => { if (await book(id)) onUndone(id); };
  return (
    <li data-undone={undone || undefined}>
      <div className={styles.countedText}>
        <span className={styles.name}>{name}</span>
        <span className={styles.sku}>{count.countedOf(format.number(counted), counted === expected ? undefined : format.signed(counted - expected))} · <time dateTime={at}>{format.time(at)}</time></span>
      </div>
      {undone && <span className={styles.sku}>{count.undone}</span>}
      {movementId && !undone && <Button variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} loading={busy} onClick={() => undo(movementId)} aria-label={count.undoOf(name)}>{count.undo}</Button>}
      {failure && <div className={styles.refused}><FailureNotice failure={failure} once /></div>}
    </li>
  );
}
