'use client';
import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useCallback } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import { useInviteUserMutation, type Invitation } from '@/api';
import { complaintAbout } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useSubmission } from '@/components/forms/useSubmission';
import { notifyDone } from '@/components/page/notify';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import { usersTexts } from '@/texts/users';
import { asManagedUser, ROLES } from './managedUser';

const FIELDS = ['/email', '/name', '/role'];

const schema = z.object({
  email: z.string().check(z.trim(), z.email()),
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  role: z.enum(['viewer', 'staff', 'admin']),
});

export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const shell = useTexts(shellTexts);
  const states = useTexts(statesTexts);
  const users = useTexts(usersTexts);
  const [invite] = useInviteUserMutation();
  const { submit, busy, failure } = useSubmission(useCallback((invitation: Invitation) => invite({ invitation }).unwrap(), [invite]));
  const { register, handleSubmit, formState: { errors } } = useForm<Invitation>({ resolver: zodResolver(schema), defaultValues: { email: '', name: '', role: 'staff' } });
  const holder = asManagedUser(failure?.current);
  const send = handleSubmit(async (invitation) => {
    if (!await submit(invitation)) return;
    notifyDone(users.inviteSent(invitation.email));
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={users.invite} closeButtonProps={{ 'aria-label': states.close }}>
      <form onSubmit={send} noValidate>
        <Stack>
          <Text size="sm">{users.inviteText}</Text>
          <TextInput label={users.email} type="email" autoComplete="off" {...register('email')} required data-autofocus error={(errors.email && users.emailNeeded) ?? complaintAbout(failure, '/email')} />
          <TextInput label={users.name} autoComplete="off" {...register('name')} required maxLength={200} error={(errors.name && users.nameNeeded) ?? complaintAbout(failure, '/name')} />
          <NativeSelect label={users.role} description={users.roleText} {...register('role')} data={ROLES.map((role) => ({ value: role, label: shell.roles[role] }))} error={complaintAbout(failure, '/role')} />
          <FailureNotice failure={failure} shown={FIELDS} />
          {holder && <Text size="sm">{users.addressOf(holder.name, shell.roles[holder.role], holder.disabled)}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{states.cancel}</Button>
            <Button type="submit" loading={busy}>{users.sendInvitation}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
