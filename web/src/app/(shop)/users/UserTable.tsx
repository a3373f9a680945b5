'use client';
import { ActionIcon } from '@mantine/core';
import { IconBan, IconCircleCheck, IconLockOpen, IconMail, IconPencil } from '@tabler/icons-react';
import { useShowOwnAccountQuery, type ManagedUser } from '@/api';
import { StatusPill } from '@/components/page/StatusPill';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { usersTexts } from '@/texts/users';
import type { UserActions } from './UsersPage';
import styles from './users.module.css';

/** A table on a laptop, a card for each person on a phone; the roles keep it a table for those who listen. */
export function UserTable({ users: people, onEdit, onAccess }: { users: ManagedUser[] } & UserActions) {
  const shell = useTexts(shellTexts);
  const users = useTexts(usersTexts);
  return (
    <table className={styles.table} role="table" aria-label={shell.navigation.users}>
      <thead role="rowgroup">
        <tr role="row">{[users.person, users.role, users.state, users.lastSeen, users.actions].map((head) => <th key={head} role="columnheader" scope="col">{head}</th>)}</tr>
      </thead>
      <tbody role="rowgroup">
        {people.map((user) => <UserRow key={user.userId} user={user} onEdit={onEdit} onAccess={onAccess} />)}
      </tbody>
    </table>
  );
}

function UserRow({ user, onEdit, onAccess }: { user: ManagedUser } & UserActions) {
  const users = useTexts(usersTexts);
  const format = useFormat();
  const { data: account } = useShowOwnAccountQuery({});
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className={styles.person}>
        <span className={styles.name}>{user.name}{user.userId === account?.userId && <span className={styles.you}> {users.you}</span>}</span>
        <span className={styles.email}>{user.email ?? users.noEmail}</span>
      </th>
      <td role="cell"><RoleOf user={user} /></td>
      <td role="cell"><StateOf user={user} /></td>
      <td role="cell" className={styles.seen}><span className={styles.seenLabel} aria-hidden>{users.lastSeen} </span>{user.lastSeenAt ? <time dateTime={user.lastSeenAt}>{format.time(user.lastSeenAt)}</time> : users.neverSeen}</td>
      <td role="cell" className={styles.actions}>
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={() => onEdit(user)} aria-label={users.edit(user.name)} title={users.editShort}><IconPencil size={18} aria-hidden /></ActionIcon>
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={() => onAccess(user)} aria-label={user.disabled ? users.enable(user.name) : users.disable(user.name)} title={user.disabled ? users.enableShort : users.disableShort}>
          {user.disabled ? <IconLockOpen size={18} aria-hidden /> : <IconBan size={18} aria-hidden />}
        </ActionIcon>
      </td>
    </tr>
  );
}

/** What was decided, and what counts until their token says so too. */
function RoleOf({ user: { role, roleInForce, invited, disabled } }: { user: ManagedUser }) {
  const shell = useTexts(shellTexts);
  const users = useTexts(usersTexts);
  const waits = role !== roleInForce && !invited && !disabled;
  return (
    <>
      <span className={styles.role}>{shell.roles[role]}</span>
      {waits && <span className={styles.note}>{users.inForce(shell.roles[roleInForce])}</span>}
    </>
  );
}

function StateOf({ user: { disabled, invited } }: { user: ManagedUser }) {
  const users = useTexts(usersTexts);
  if (disabled) return <StatusPill status="bad" icon={IconBan}>{users.disabled}</StatusPill>;
  if (invited) return <StatusPill status="accent" icon={IconMail}>{users.invited}</StatusPill>;
  return <StatusPill status="good" icon={IconCircleCheck}>{users.active}</StatusPill>;
}
