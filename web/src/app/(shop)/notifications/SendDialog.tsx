'use client';
import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Modal, NativeSelect, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useCallback } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import { useCreateNotificationMutation, useListUsersQuery, type NewNotification } from '@/api';
import { complaintAbout, maybeCarriedOut } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useSubmission } from '@/components/forms/useSubmission';
import { notifyDone } from '@/components/page/notify';
import { useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';
import { statesTexts } from '@/texts/states';
import { TYPES } from './filters';

/** The user who is nobody in particular. */
const EVERYONE = '';
const FIELDS = ['/userId', '/type', '/title', '/message'];

const schema = z.object({
  userId: z.string(),
  type: z.enum(['stock_alert', 'order_notification', 'user_activity', 'system']),
  title: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  message: z.string().check(z.trim(), z.minLength(1), z.maxLength(2000)),
});

export default function SendDialog({ onClose }: { onClose: () => void }) {
  const states = useTexts(statesTexts);
  const notifications = useTexts(notificationsTexts);
  const { data: users = [] } = useListUsersQuery({ limit: 1000 });
  const [create] = useCreateNotificationMutation();
  const { submit, busy, failure } = useSubmission(useCallback((newNotification: NewNotification) => create({ newNotification }).unwrap(), [create]));
  const { register, control, handleSubmit, formState: { errors } } = useForm<z.infer<typeof schema>>({ resolver: zodResolver(schema), defaultValues: { userId: EVERYONE, type: 'system', title: '', message: '' } });
  // The API takes no key with it: sent again, it is another one.
  const uncertain = failure !== undefined && maybeCarriedOut(failure);
  const send = handleSubmit(async ({ userId, ...rest }) => {
    if (!await submit({ ...rest, userId: userId === EVERYONE ? null : userId })) return;
    notifyDone(notifications.sent);
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={notifications.send} closeButtonProps={{ 'aria-label': states.close }}>
      <form onSubmit={send} noValidate>
        <Stack>
          <Controller control={control} name="userId" render={({ field: { value, onChange } }) => (
            <Select
              label={notifications.recipient} value={value} onChange={(chosen) => onChange(chosen ?? EVERYONE)} searchable allowDeselect={false} error={complaintAbout(failure, '/userId')}
              data={[{ value: EVERYONE, label: notifications.everyone }, ...users.map(({ userId, name, email }) => ({ value: userId, label: email ? `${name} (${email})` : name }))]}
            />
          )} />
          <NativeSelect label={notifications.typeLabel} {...register('type')} data={TYPES.map((type) => ({ value: type, label: notifications.types[type] }))} error={complaintAbout(failure, '/type')} />
          <TextInput label={notifications.title} {...register('title')} maxLength={200} required data-autofocus error={(errors.title && notifications.titleNeeded) ?? complaintAbout(failure, '/title')} />
          <Textarea label={notifications.message} {...register('message')} maxLength={2000} required autosize minRows={3} maxRows={10} error={(errors.message && notifications.messageNeeded) ?? complaintAbout(failure, '/message')} />
          <FailureNotice failure={failure} shown={FIELDS} />
          {uncertain && <Text size="sm">{notifications.perhapsSent}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{states.cancel}</Button>
            <Button type="submit" loading={busy}>{uncertain ? notifications.sendAgain : notifications.sendNow}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
