'use client';
import { Button, Group, Modal, NativeSelect, NumberInput, Text, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import type { NewMovement, Product } from '@/api';
import { LARGEST_QUANTITY } from '@/components/product/quantities';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { adjustmentTexts } from '@/texts/inventory';
import { statesTexts } from '@/texts/states';
import { AdjustmentLine, type Change } from './AdjustmentLine';
import styles from './adjustment.module.css';
import type { BulkAdjustment, Outcome } from './useBulkAdjustment';

interface Props {
  products: Product[];
  adjustment: BulkAdjustment;
  onClose: () => void;
}

const asChange = (typed: string | number): Change => {
  const value = typed === '' || typed === '-' ? 0 : Number(typed);
  return Number.isInteger(value) && Math.abs(value) <= LARGEST_QUANTITY ? value : 'invalid';
};
const isReason = (text: string, reasons: object): text is NewMovement['reason'] => text in reasons;
const isOpen = (outcome: Outcome | undefined) => outcome?.state !== 'booked';

/** A movement for each of the products that are selected. */
export default function AdjustmentDialog({ products, adjustment: { book, busy, outcomes }, onClose }: Props) {
  const adjustment = useTexts(adjustmentTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [reason, setReason] = useState<NewMovement['reason']>();
  const [note, setNote] = useState('');
  const [ofAll, setOfAll] = useState<string | number>('');
  const [own, setOwn] = useState<Record<string, string>>({});
  const [complaint, setComplaint] = useState<string>();

  const changeOf = ({ productId }: Product): Change => {
    const outcome = outcomes[productId];
    return outcome?.state === 'unclear' ? outcome.sent.quantity : asChange(own[productId] ?? ofAll);
  };
  const open = products.filter(({ productId }) => isOpen(outcomes[productId]));
  const toBook = open.filter((product) => changeOf(product) !== 0);
  const failed = open.filter(({ productId }) => outcomes[productId] !== undefined).length;
  const booked = products.length - open.length;

  const submit = async () => {
    // What was sent before and may be booked has its own reason.
    if (!reason && toBook.some(({ productId }) => outcomes[productId]?.state !== 'unclear')) return setComplaint(adjustment.reasonNeeded);
    if (toBook.length === 0) return setComplaint(adjustment.changeNeeded);
    if (toBook.some((product) => changeOf(product) === 'invalid')) return setComplaint(adjustment.wholeNumbers);
    setComplaint(undefined);
    await book(toBook.map((product) => ({ productId: product.productId, movement: { quantity: Number(changeOf(product)), reason: reason ?? 'other', note: note.trim() || null } })));
  };
  return (
    <Modal opened onClose={onClose} title={adjustment.title} size="xl" fullScreen={phone} closeOnEscape={!busy} closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': states.close, 'disabled': busy }}>
      <form noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Text size="sm" c="var(--muted)" mb="md">{adjustment.lead}</Text>
        <div className={styles.fields}>
          <NativeSelect label={adjustment.reason} withAsterisk required value={reason ?? ''} disabled={busy} data-autofocus error={complaint === adjustment.reasonNeeded && complaint}
            onChange={({ currentTarget }) => setReason(isReason(currentTarget.value, adjustment.reasons) ? currentTarget.value : undefined)}
            data={[{ value: '', label: adjustment.chooseReason }, ...Object.entries(adjustment.reasons).map(([value, label]) => ({ value, label }))]} />
          <NumberInput
            label={adjustment.forAll} description={adjustment.forAllHint} inputWrapperOrder={['label', 'input', 'description', 'error']} allowDecimal={false}
            decimalSeparator={format.decimalSeparator()} thousandSeparator={format.groupSeparator()} min={-LARGEST_QUANTITY} max={LARGEST_QUANTITY} value={ofAll} onChange={setOfAll} disabled={busy}
            inputMode="text"
          />
          <Textarea className={styles.note} label={adjustment.note} maxLength={1000} rows={1} autosize maxRows={4} value={note} disabled={busy} onChange={({ currentTarget }) => setNote(currentTarget.value)} />
        </div>
        <ul className={styles.lines} aria-label={adjustment.lines}>
          {products.map((product) => (
            <AdjustmentLine key={product.productId} product={product} change={changeOf(product)} typed={own[product.productId]} outcome={outcomes[product.productId]} busy={busy}
              onType={(text) => setOwn((before) => ({ ...before, [product.productId]: text }))} />
          ))}
        </ul>
        <div className={styles.foot}>
          <div role="status">{(busy || booked + failed > 0) && (busy ? adjustment.progress(booked, products.length) : adjustment.result(booked, open.length))}</div>
          {complaint && complaint !== adjustment.reasonNeeded && <p role="alert" className={styles.complaint}>{complaint}</p>}
          <Group gap="sm" ml="auto">
            <Button variant="default" onClick={onClose} disabled={busy}>{booked > 0 || failed > 0 ? adjustment.close : states.cancel}</Button>
            {open.length > 0 && <Button type="submit" loading={busy}>{failed > 0 ? adjustment.again(toBook.length) : adjustment.book(toBook.length)}</Button>}
          </Group>
        </div>
      </form>
    </Modal>
  );
}
