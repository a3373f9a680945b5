'use client';
// What is sold or bought, entered line by line: scanned, counted, booked with one key, and then the next.
import { Alert, Button, Drawer, Textarea } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Product } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import { statesTexts } from '@/texts/states';
import { FailureNotice } from '../forms/FailureNotice';
import { ProductPicker } from '../product/ProductPicker';
import { piecesOf } from './document';
import type { DocumentTexts } from './DocumentsPage';
import { MOST_LINES, totalOf, withinStock, withOneMore } from './draft';
import styles from './EntryDrawer.module.css';
import { LinesEditor, pointersOf, quantityFieldId } from './LinesEditor';
import type { EntryState } from './useEntry';

interface Props {
  texts: DocumentTexts;
  opened: boolean;
  onClose: () => void;
  entry: EntryState;
  unitDecimals: number;
  /** Whether it takes pieces out of stock. */
  outgoing: boolean;
  /** What one piece of a picked product is booked at, where that is known. */
  unitOf: (product: Product) => number | undefined;
  onPicked?: (product: Product) => void;
  /** Fields of its own, above the note. */
  children?: ReactNode;
}

export default function EntryDrawer({ texts, opened, onClose, entry, unitDecimals, outgoing, unitOf, onPicked, children }: Props) {
  const documents = useTexts(documentsTexts);
  const states = useTexts(statesTexts);
  const picker = useRef<HTMLInputElement>(null);
  const [latest, setLatest] = useState<string>();
  const [lookingUp, setLookingUp] = useState(false);
  const { lines, change, busy, uncertain } = entry;
  // Once it can be typed into again.
  const toPicker = () => requestAnimationFrame(() => picker.current?.focus());
  const toQuantity = () => {
    const field = latest && document.getElementById(quantityFieldId(latest));
    if (field) field.focus();
  };
  const pick = (product: Product) => {
    change((all) => withOneMore(all, product, unitOf(product)));
    setLatest(product.productId);
    onPicked?.(product);
  };
  const book = async () => {
    if (lookingUp || !(await entry.submit())) return;
    setLatest(undefined);
    toPicker();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'F9' && !(event.key === 'Enter' && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    void book();
  };
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size="xl" title={texts.add} closeButtonProps={{ 'aria-label': states.close }}>
      <form className={styles.form} noValidate onKeyDown={onKeyDown} onSubmit={(event) => { event.preventDefault(); void book(); }}>
        <LastBooked texts={texts} entry={entry} />
        <ProductPicker label={texts.pick} onPick={pick} onEnterEmpty={toQuantity} onBusy={setLookingUp} inputRef={picker} disabled={uncertain} autoFocus />
        <p className={styles.hint}>{documents.keys}</p>
        <LinesEditor
          texts={texts} lines={lines} unitDecimals={unitDecimals} outgoing={outgoing} latest={latest} tried={entry.tried} failure={entry.failure} readOnly={busy || uncertain} onChange={change} onDone={toPicker}
        />
        {children}
        <Note entry={entry} />
        <Problems entry={entry} onSetAll={() => { change(withinStock); toPicker(); }} onBeginAnew={() => { entry.beginAnew(); toPicker(); }} />
        <Footer texts={texts} entry={entry} disabled={lookingUp} />
      </form>
    </Drawer>
  );
}

function LastBooked({ texts, entry: { last } }: Pick<Props, 'texts' | 'entry'>) {
  const documents = useTexts(documentsTexts);
  const format = useFormat();
  const pieces = last ? piecesOf(last) : 0;
  return (
    <div role="status" className={styles.status}>
      {last && <p className={styles.last}><IconCircleCheck size={20} aria-hidden /><span>{texts.last}</span><strong>{documents.totalAndPieces(format.money(last.total), documents.pieceCount(pieces, format.number(pieces)))}</strong></p>}
    </div>
  );
}

function Note({ entry: { note, setNote, busy, uncertain } }: Pick<Props, 'entry'>) {
  const documents = useTexts(documentsTexts);
  const [shown, setShown] = useState(false);
  if (!shown && note === '') return <Button variant="subtle" size="compact-sm" className={styles.addNote} onClick={() => setShown(true)}>{documents.addNote}</Button>;
  return <Textarea label={documents.note} value={note} maxLength={1000} autosize minRows={2} readOnly={busy || uncertain} autoFocus={shown} onChange={(event) => setNote(event.currentTarget.value)} />;
}

function Problems({ entry: { lines, failure, uncertain, short, busy }, onSetAll, onBeginAnew }: Pick<Props, 'entry'> & { onSetAll: () => void; onBeginAnew: () => void }) {
  const documents = useTexts(documentsTexts);
  const format = useFormat();
  if (lines.length > MOST_LINES) return <Alert role="alert" color="yellow" title={documents.tooMany} />;
  if (short.length > 0) {
    return (
      <Alert role="alert" color="red" title={documents.shortTitle}>
        <ul className={styles.short}>{short.map(({ product }) => <li key={product.productId}>{product.name}: {documents.exceeds(format.number(product.stockQuantity))}</li>)}</ul>
        <p className={styles.text}>{documents.short}</p>
        <Button size="sm" variant="default" onClick={onSetAll}>{documents.setAll}</Button>
      </Alert>
    );
  }
  return (
    <>
      <FailureNotice failure={failure} shown={pointersOf(lines)} once />
      {uncertain && <p className={styles.leave}><Button variant="subtle" size="compact-sm" disabled={busy} onClick={onBeginAnew}>{documents.leaveIt}</Button> {documents.leaveItHint}</p>}
    </>
  );
}

function Footer({ texts, entry: { lines, busy, uncertain }, disabled }: Pick<Props, 'texts' | 'entry'> & { disabled: boolean }) {
  const documents = useTexts(documentsTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const pieces = lines.reduce((sum, { quantity = 0 }) => sum + quantity, 0);
  return (
    <div className={styles.footer}>
      <div role="status" className={styles.total}>
        <span className={styles.totalLabel}>{documents.total} · {documents.pieceCount(pieces, format.number(pieces))}</span>
        <strong>{format.money(totalOf(lines))}</strong>
      </div>
      <Button type="submit" size="lg" loading={busy} disabled={lines.length === 0 || disabled}>{uncertain ? states.retry : texts.book}<kbd className={styles.key} aria-hidden>F9</kbd></Button>
    </div>
  );
}
