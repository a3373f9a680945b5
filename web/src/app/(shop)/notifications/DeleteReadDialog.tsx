'use client';
import { useCallback } from 'react';
import { useDeleteReadNotificationsMutation, type Message } from '@/api';
import ConfirmDialog from '@/components/forms/ConfirmDialog';
import { useSubmission } from '@/components/forms/useSubmission';
import { notifyDone } from '@/components/page/notify';
import { useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';

/** The answer has the number in its sentence only. */
const countIn = ({ message }: Message) => Number(/\d+/.exec(message)?.[0] ?? 0);

export default function DeleteReadDialog({ onClose }: { onClose: () => void }) {
  const notifications = useTexts(notificationsTexts);
  const [remove] = useDeleteReadNotificationsMutation();
  const { submit, busy, failure } = useSubmission(useCallback(() => remove().unwrap(), [remove]));
  const confirm = async () => {
    const done = await submit(undefined);
    if (!done) return;
    notifyDone(notifications.readDeleted(countIn(done)));
    onClose();
  };
  return (
    <ConfirmDialog title={notifications.deleteReadTitle} action={notifications.deleteRead} destructive busy={busy} failure={failure} onConfirm={confirm} onClose={onClose}>
      {notifications.deleteReadText}
    </ConfirmDialog>
  );
}
