'use client';
import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import type { ManagedUser, UserChange } from '@/api';
import { complaintAbout } from '@/api/problem';
import { ConflictDialog } from '@/components/forms/ConflictDialog';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { notifyDone } from '@/components/page/notify';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import { usersTexts } from '@/texts/users';
import { ROLES, type CurrentUser } from './managedUser';
import { useUserChange } from './useUserChange';

const schema = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  // Whoever came from the pool without one has none, and may keep it.
  role: z.enum(['none', ...ROLES]),
});
type Fields = z.infer<typeof schema>;

/** Name and role of somebody. Only what was changed is sent. */
export default function EditDialog({ user, onClose }: { user: ManagedUser; onClose: () => void }) {
  const shell = useTexts(shellTexts);
  const states = useTexts(statesTexts);
  const users = useTexts(usersTexts);
  const edit = useUserChange(user);
  const { register, handleSubmit, reset, getValues, formState: { errors } } = useForm<Fields>({ resolver: zodResolver(schema), defaultValues: { name: user.name, role: user.role } });
  const save = async ({ name, role }: Fields, how: (change: UserChange) => Promise<unknown>, base: CurrentUser) => {
    const change = { ...(name !== base.name && { name }), ...(role !== base.role && role !== 'none' && { role }) };
    if (Object.keys(change).length > 0) {
      if (!await how(change)) return;
      notifyDone(users.saved(name));
    }
    onClose();
  };
  const { theirs, failure, base } = edit;
  if (theirs) {
    const mine = getValues();
    return (
      <ConflictDialog
        opened busy={edit.busy} onClose={onClose}
        fields={[{ label: users.name, mine: mine.name, theirs: theirs.name }, { label: users.role, mine: shell.roles[mine.role], theirs: shell.roles[theirs.role] }]}
        onKeepMine={() => save(mine, edit.changeOver, theirs)}
        onTakeTheirs={() => { edit.takeTheirs(); reset({ name: theirs.name, role: theirs.role }); }}
      />
    );
  }
  return (
    <Modal opened onClose={onClose} title={users.edit(user.name)} closeButtonProps={{ 'aria-label': states.close }}>
      <form onSubmit={handleSubmit((fields) => save(fields, edit.change, base))} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">{user.email ?? users.noEmail}</Text>
          <TextInput label={users.name} {...register('name')} required maxLength={200} data-autofocus error={(errors.name && users.nameNeeded) ?? complaintAbout(failure, '/name')} />
          <NativeSelect
            label={users.role} description={users.roleCounts} {...register('role')} error={complaintAbout(failure, '/role')}
            data={[...(base.role === 'none' ? ['none' as const] : []), ...ROLES].map((role) => ({ value: role, label: shell.roles[role] }))}
          />
          <FailureNotice failure={failure} shown={['/name', '/role']} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{states.cancel}</Button>
            <Button type="submit" loading={edit.busy}>{states.save}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
