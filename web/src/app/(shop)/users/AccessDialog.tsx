'use client';
import type { ManagedUser } from '@/api';
import ConfirmDialog from '@/components/forms/ConfirmDialog';
import { ConflictDialog } from '@/components/forms/ConflictDialog';
import { notifyDone } from '@/components/page/notify';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { usersTexts } from '@/texts/users';
import type { CurrentUser } from './managedUser';
import { useUserChange } from './useUserChange';

/** Disables somebody, or lets them in again. */
export default function AccessDialog({ user, onClose }: { user: ManagedUser; onClose: () => void }) {
  const shell = useTexts(shellTexts);
  const users = useTexts(usersTexts);
  const disabled = !user.disabled;
  const { change, changeOver, busy, failure, theirs } = useUserChange(user);
  const carryOut = async (how: typeof change) => {
    if (!await how({ disabled })) return;
    notifyDone((disabled ? users.nowDisabled : users.nowEnabled)(user.name));
    onClose();
  };
  if (theirs) {
    const access = (each: Pick<CurrentUser, 'disabled'>) => (each.disabled ? users.disabled : users.active);
    const fields = [
      { label: users.name, mine: user.name, theirs: theirs.name },
      { label: users.role, mine: shell.roles[user.role], theirs: shell.roles[theirs.role] },
      { label: users.state, mine: access({ disabled }), theirs: access(theirs) },
    ];
    return <ConflictDialog opened busy={busy} fields={fields} onKeepMine={() => carryOut(changeOver)} onTakeTheirs={onClose} onClose={onClose} />;
  }
  return (
    <ConfirmDialog
      title={(disabled ? users.disable : users.enable)(user.name)} action={disabled ? users.disableShort : users.enableShort} destructive={disabled}
      busy={busy} failure={failure} onConfirm={() => carryOut(change)} onClose={onClose}
    >
      {disabled ? users.disableText : users.enableText}
    </ConfirmDialog>
  );
}
