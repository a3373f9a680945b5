'use client';
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useDispatch } from 'react-redux';
import { api, useReverseMovementMutation, type Movement } from '@/api';
import { complaintAbout, wordsOf } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useBooking } from '@/components/forms/useBooking';
import { notifyDone } from '@/components/page/notify';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import { productsTexts } from '@/texts/products';
import { statesTexts } from '@/texts/states';

interface Props {
  movement: Movement;
  onClose: () => void;
}

export default function ReverseMovement({ movement, onClose }: Props) {
  const states = useTexts(statesTexts);
  const productForms = useTexts(productFormsTexts);
  return (
    <Modal opened onClose={onClose} title={productForms.reverseTitle} centered closeButtonProps={{ 'aria-label': states.close }}>
      <ReverseForm movement={movement} onClose={onClose} />
    </Modal>
  );
}

function ReverseForm({ movement: { movementId, type, quantity, timestamp }, onClose }: Props) {
  const states = useTexts(statesTexts);
  const products = useTexts(productsTexts);
  const texts = useTexts(productFormsTexts);
  const format = useFormat();
  const dispatch = useDispatch();
  const [note, setNote] = useState('');
  const [reverse] = useReverseMovementMutation();
  const { book, busy, failure, uncertain } = useBooking((newReversal: { note?: string }, key) => reverse({ movementId, newReversal, 'Idempotency-Key': key }).unwrap());
  // The API names the movement that did it.
  const done = failure?.status === 409 && typeof failure.current === 'object' && failure.current !== null && 'movementId' in failure.current;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const reversal = await book(note ? { note } : {});
    if (!reversal) return;
    notifyDone(texts.reversed(format.number(reversal.quantityAfter)));
    onClose();
  };
  const look = () => {
    dispatch(api.util.invalidateTags(['Products', 'Movements']));
    onClose();
  };
  if (done) {
    return (
      <Stack>
        <Alert role="alert" color="yellow" variant="light" icon={<IconInfoCircle aria-hidden />} title={wordsOf(failure, states).detail}>{texts.reversedBefore}</Alert>
        <Group justify="flex-end"><Button onClick={look} data-autofocus>{states.close}</Button></Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" fw={600}>{products.types[type]} {format.signed(quantity)}, {format.time(timestamp)}</Text>
        <Text size="sm">{texts.reverseLead}{type === 'sale' && ` ${texts.reverseOfSale}`}{type === 'purchase' && ` ${texts.reverseOfPurchase}`}</Text>
        <Textarea label={texts.note} autosize minRows={2} maxLength={1000} readOnly={uncertain} value={note} onChange={(event) => setNote(event.currentTarget.value)} error={complaintAbout(failure, '/note')} />
        <FailureNotice failure={failure} shown={['/note']} once />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{states.cancel}</Button>
          <Button type="submit" loading={busy} data-autofocus>{texts.reverse}</Button>
        </Group>
      </Stack>
    </form>
  );
}
