'use client';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconCheck, IconEqual, IconMinus, IconPlus, IconTrendingDown, IconTrendingUp } from '@tabler/icons-react';
import { useCallback, useRef, useState, type FormEvent } from 'react';
import { useCountStockMutation, type NewStockCount, type Product } from '@/api';
import { complaintAbout } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useBooking } from '@/components/forms/useBooking';
import { StatusPill } from '@/components/page/StatusPill';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { countTexts } from '@/texts/count';
import { stockWhereStale } from './stale';
import { StaleNotice } from './StaleNotice';
import type { Counted } from './useCounted';
import styles from './count.module.css';

/** The API's largest quantity has ten digits. */
const MOST_DIGITS = 10;

/** What lay there, against what the books have. */
export function CountForm({ product, onCounted }: { product: Product; onCounted: (counted: Counted) => void }) {
  const count = useTexts(countTexts);
  const format = useFormat();
  const { productId, name } = product;
  // As it was shown to whoever counts, whatever is sold meanwhile: the API compares.
  const [expected, setExpected] = useState(product.stockQuantity);
  const [figure, setFigure] = useState<{ text: string; at?: string }>({ text: '' });
  const [note, setNote] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const [send] = useCountStockMutation();
  const { book, busy, failure, uncertain, forget } = useBooking(useCallback(
    (newStockCount: NewStockCount, key: string) => send({ productId, 'Idempotency-Key': key, newStockCount }).unwrap(), [send, productId],
  ));
  const stockNow = stockWhereStale(failure);
  const type = (text: string) => setFigure({ text: text.replace(/\D/g, '').slice(0, MOST_DIGITS), at: new Date().toISOString() });
  const counted = figure.text === '' ? undefined : Number(figure.text);
  const step = (by: number) => type(String(Math.max(0, (counted ?? expected) + by)));

  const bookIt = async (against: Pick<NewStockCount, 'expectedQuantity' | 'countedAt'>) => {
    if (counted === undefined) return;
    const done = await book({ countedQuantity: counted, ...against, note: note.trim() || null });
    if (done) onCounted({ productId, name, counted, expected: done.expectedQuantity, movementId: done.movement?.movementId, at: new Date().toISOString(), undone: false });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void bookIt({ expectedQuantity: expected, countedAt: figure.at });
  };
  const countAgain = (stock: number) => {
    forget();
    setExpected(stock);
    setFigure({ text: '' });
    input.current?.focus();
  };

  return (
    <form onSubmit={submit} noValidate className={styles.form}>
      <div className={styles.figures}>
        <span>{count.expected} <strong>{format.number(expected)}</strong></span>
        <span role="status">{counted !== undefined && <Difference by={counted - expected} />}</span>
      </div>
      <div className={styles.entry}>
        <ActionIcon variant="default" className={styles.step} aria-label={count.less} onClick={() => step(-1)} disabled={busy || uncertain || (counted ?? expected) === 0}><IconMinus size={28} aria-hidden /></ActionIcon>
        <TextInput
          ref={input} aria-label={count.counted} placeholder={count.counted} value={figure.text} onChange={(event) => type(event.currentTarget.value)} inputMode="numeric" pattern="[0-9]*" autoComplete="off" enterKeyHint="done"
          readOnly={busy || uncertain} autoFocus classNames={{ input: styles.number }} error={complaintAbout(failure, '/countedQuantity')}
        />
        <ActionIcon variant="default" className={styles.step} aria-label={count.more} onClick={() => step(1)} disabled={busy || uncertain}><IconPlus size={28} aria-hidden /></ActionIcon>
      </div>
      {counted === undefined && <Button variant="default" size="md" leftSection={<IconCheck size={18} aria-hidden />} onClick={() => type(String(expected))}>{count.asExpected(format.number(expected))}</Button>}
      <TextInput label={count.note} value={note} onChange={(event) => setNote(event.currentTarget.value)} maxLength={1000} readOnly={busy || uncertain} error={complaintAbout(failure, '/note')} />
      {stockNow === undefined
        ? <FailureNotice failure={failure} shown={['/countedQuantity', '/note']} once />
        : <StaleNotice shown={expected} now={stockNow} counted={counted ?? 0} busy={busy} onCountAgain={() => countAgain(stockNow)} onBook={() => bookIt({ expectedQuantity: stockNow })} />}
      {stockNow === undefined && <Button type="submit" size="lg" loading={busy} disabled={counted === undefined}>{uncertain ? count.again : count.book}</Button>}
    </form>
  );
}

function Difference({ by }: { by: number }) {
  const count = useTexts(countTexts);
  const format = useFormat();
  if (by === 0) return <StatusPill status="good" icon={IconEqual}>{count.matches}</StatusPill>;
  return <StatusPill status={by < 0 ? 'bad' : 'warn'} icon={by < 0 ? IconTrendingDown : IconTrendingUp}>{count.difference(format.signed(by))}</StatusPill>;
}
