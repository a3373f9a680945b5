'use client';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import { FailureNotice } from './FailureNotice';

interface Props {
  title: string;
  /** What will be so afterwards. */
  children: ReactNode;
  /** On the button: what is done. */
  action: string;
  destructive?: boolean;
  busy: boolean;
  failure: Failure | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be taken back easily. */
export default function ConfirmDialog({ title, children, action, destructive, busy, failure, onConfirm, onClose }: Props) {
  const states = useTexts(statesTexts);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': states.close }}>
      <Stack>
        <Text size="sm" component="div">{children}</Text>
        <FailureNotice failure={failure} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>{states.cancel}</Button>
          <Button color={destructive ? 'red.9' : undefined} onClick={onConfirm} loading={busy}>{action}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
