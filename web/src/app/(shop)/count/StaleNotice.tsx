'use client';
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { countTexts } from '@/texts/count';
import styles from './count.module.css';

interface Props {
  /** What the books had when the product was shown. */
  shown: number;
  now: number;
  counted: number;
  busy: boolean;
  onCountAgain: () => void;
  /** Books what was counted against the books as they are now. */
  onBook: () => void;
}

/** The stock has changed while it was being counted: both figures, and what to do. */
export function StaleNotice({ shown, now, counted, busy, onCountAgain, onBook }: Props) {
  const count = useTexts(countTexts);
  const format = useFormat();
  return (
    <Alert role="alert" color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} title={count.staleTitle}>
      <dl className={styles.compare}>
        <div><dt>{count.wasExpected}</dt><dd>{format.number(shown)}</dd></div>
        <div><dt>{count.isExpected}</dt><dd>{format.number(now)}</dd></div>
        <div><dt>{count.youCounted}</dt><dd>{format.number(counted)}</dd></div>
      </dl>
      <p className={styles.advice}>{count.stale}</p>
      <div className={styles.choices}>
        <Button size="md" onClick={onCountAgain} disabled={busy}>{count.countAgain}</Button>
        <Button size="md" variant="default" onClick={onBook} loading={busy}>{count.bookAgainst(format.number(counted), format.number(now))}</Button>
      </div>
    </Alert>
  );
}
