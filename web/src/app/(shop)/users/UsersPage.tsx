'use client';
import { Button, Skeleton } from '@mantine/core';
import { IconUserPlus, IconUsers } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useUserPagesInfiniteQuery, type ManagedUser } from '@/api';
import { useRole } from '@/api/useRole';
import { useDialog } from '@/components/forms/useDialog';
import { Card } from '@/components/page/Card';
import { LoadMore } from '@/components/page/LoadMore';
import { Page } from '@/components/page/Page';
import { hasRole } from '@/components/shell/navigation';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { RoleGate } from '@/components/states/RoleGate';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { usersTexts } from '@/texts/users';
import { USERS } from './query';
import { UserTable } from './UserTable';

const InviteDialog = dynamic(() => import('./InviteDialog'), { ssr: false });
const EditDialog = dynamic(() => import('./EditDialog'), { ssr: false });
const AccessDialog = dynamic(() => import('./AccessDialog'), { ssr: false });

type Dialog = { name: 'invite' } | { name: 'edit' | 'access'; user: ManagedUser };

export function UsersPage() {
  const shell = useTexts(shellTexts);
  const users = useTexts(usersTexts);
  const role = useRole();
  const { shown, open, close } = useDialog<Dialog>();
  return (
    <Page
      title={shell.navigation.users} lead={users.lead}
      actions={hasRole(role, 'admin') && <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => open({ name: 'invite' })}>{users.invite}</Button>}
    >
      <RoleGate least="admin">
        <UserList onEdit={(user) => open({ name: 'edit', user })} onAccess={(user) => open({ name: 'access', user })} />
      </RoleGate>
      {shown?.name === 'invite' && <InviteDialog onClose={close} />}
      {shown?.name === 'edit' && <EditDialog user={shown.user} onClose={close} />}
      {shown?.name === 'access' && <AccessDialog user={shown.user} onClose={close} />}
    </Page>
  );
}

export interface UserActions {
  onEdit: (user: ManagedUser) => void;
  /** To disable somebody, or to let them in again. */
  onAccess: (user: ManagedUser) => void;
}

function UserList(actions: UserActions) {
  const users = useTexts(usersTexts);
  const list = useUserPagesInfiniteQuery(USERS);
  return (
    <Card flush>
      <Loaded query={list} skeleton={<Skeleton h={480} />} empty={({ pages }) => !pages[0]?.items.length && <Empty icon={IconUsers} title={users.none} text={users.noneText} />}>
        {({ pages }) => (
          <>
            <UserTable users={pages.flatMap(({ items }) => items)} {...actions} />
            <LoadMore query={list} />
          </>
        )}
      </Loaded>
    </Card>
  );
}
