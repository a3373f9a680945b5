'use client';
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useReverseMovementMutation, type NewReversal } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import { statesTexts } from '@/texts/states';
import { FailureNotice } from '../forms/FailureNotice';
import { useBooking } from '../forms/useBooking';
import { notifyDone } from '../page/notify';
import type { BookedLine } from './document';
import type { DocumentTexts } from './DocumentsPage';

interface Props {
  texts: DocumentTexts;
  line: BookedLine;
  /** Asks for the document again: somebody else may have been faster. */
  refetch: () => unknown;
  onClose: () => void;
}

/** Asks before a line of a document is undone. */
export function ReverseDialog({ texts, line: { movementId, productName, quantity }, refetch, onClose }: Props) {
  const words = useTexts(documentsTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const [note, setNote] = useState('');
  const [reverse] = useReverseMovementMutation();
  const send = useCallback((newReversal: NewReversal, key: string) => reverse({ movementId, 'Idempotency-Key': key, newReversal }).unwrap(), [reverse, movementId]);
  const { book, busy, failure, uncertain } = useBooking(send);
  const confirm = async () => {
    if (!(await book({ note: note.trim() || null }))) return;
    notifyDone(words.reverseDone(productName));
    onClose();
  };
  const close = () => {
    if (failure?.status === 409) refetch();
    onClose();
  };
  return (
    <Modal opened onClose={close} title={texts.reverseTitle} closeButtonProps={{ 'aria-label': states.close }}>
      <Stack>
        <Text size="sm">{texts.reverse(productName, words.pieceCount(quantity, format.number(quantity)))}</Text>
        <Textarea label={words.reverseNote} value={note} maxLength={1000} readOnly={uncertain} autosize minRows={2} onChange={(event) => setNote(event.currentTarget.value)} />
        <FailureNotice failure={failure} once />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>{states.cancel}</Button>
          <Button color="red.9" onClick={confirm} loading={busy}>{words.reverse}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
