'use client';
import { Button } from '@mantine/core';
import { IconBell, IconChecks, IconPackageImport, IconSend, IconTrash } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import { useCountUnreadNotificationsQuery, useMarkAllNotificationsReadMutation, useNotificationPagesInfiniteQuery } from '@/api';
import { failureOf, wordsOf } from '@/api/problem';
import { useRole } from '@/api/useRole';
import { useDialog } from '@/components/forms/useDialog';
import { Card } from '@/components/page/Card';
import { LoadMore } from '@/components/page/LoadMore';
import { notifyFailed } from '@/components/page/notify';
import { Page } from '@/components/page/Page';
import { useQueryState } from '@/components/page/useQueryState';
import { hasRole } from '@/components/shell/navigation';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { RoleGate } from '@/components/states/RoleGate';
import { useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import { filtersOf } from './filters';
import { NotificationFilters } from './NotificationFilters';
import { NotificationItem, NotificationSkeleton } from './NotificationItem';
import styles from './notifications.module.css';

const SendDialog = dynamic(() => import('./SendDialog'), { ssr: false });
const LowStockDialog = dynamic(() => import('./LowStockDialog'), { ssr: false });
const DeleteReadDialog = dynamic(() => import('./DeleteReadDialog'), { ssr: false });

export function NotificationsPage() {
  const shell = useTexts(shellTexts);
  const notifications = useTexts(notificationsTexts);
  const role = useRole();
  const dialog = useDialog<'send' | 'check' | 'deleteRead'>();
  const send = hasRole(role, 'staff') && <Button leftSection={<IconSend size={16} aria-hidden />} onClick={() => dialog.open('send')}>{notifications.send}</Button>;
  return (
    <Page
      title={shell.navigation.notifications} lead={notifications.lead}
      actions={(
        <>
          {hasRole(role, 'admin') && <Button variant="default" leftSection={<IconPackageImport size={16} aria-hidden />} onClick={() => dialog.open('check')}>{notifications.check}</Button>}
          {send}
        </>
      )}
    >
      <RoleGate least="viewer"><NotificationList send={send} onDeleteRead={() => dialog.open('deleteRead')} /></RoleGate>
      {dialog.shown === 'send' && <SendDialog onClose={dialog.close} />}
      {dialog.shown === 'check' && <LowStockDialog onClose={dialog.close} />}
      {dialog.shown === 'deleteRead' && <DeleteReadDialog onClose={dialog.close} />}
    </Page>
  );
}

function NotificationList({ send, onDeleteRead }: { send: ReactNode; onDeleteRead: () => void }) {
  const notifications = useTexts(notificationsTexts);
  const { params } = useQueryState();
  const filters = filtersOf(params);
  const list = useNotificationPagesInfiniteQuery(filters);
  const filtered = filters.type !== undefined || filters.isRead !== undefined;
  return (
    <>
      <div className={styles.bar}><NotificationFilters filters={filters} /><Actions onDeleteRead={onDeleteRead} /></div>
      <Card flush>
        <Loaded query={list} skeleton={<NotificationSkeleton />} empty={({ pages }) => !pages[0]?.items.length && (
          <Empty icon={IconBell} title={filtered ? notifications.noneFound : notifications.none} text={filtered ? notifications.noneFoundText : notifications.noneText} action={!filtered && send} />
        )}>
          {({ pages }) => (
            <>
              <ul className={styles.list}>
                {pages.flatMap(({ items }) => items).map((each) => <NotificationItem key={each.notificationId} notification={each} />)}
              </ul>
              <LoadMore query={list} />
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}

function Actions({ onDeleteRead }: { onDeleteRead: () => void }) {
  const states = useTexts(statesTexts);
  const notifications = useTexts(notificationsTexts);
  const { data: unread } = useCountUnreadNotificationsQuery({});
  const [markAll, { isLoading }] = useMarkAllNotificationsReadMutation();
  const mark = async () => {
    const failure = failureOf((await markAll()).error);
    if (failure) notifyFailed(notifications.notMarked(wordsOf(failure, states).detail));
  };
  return (
    <div className={styles.actions}>
      <Button variant="default" size="sm" leftSection={<IconChecks size={16} aria-hidden />} onClick={mark} disabled={isLoading || unread?.count === 0}>{notifications.markAll}</Button>
      <Button variant="default" size="sm" leftSection={<IconTrash size={16} aria-hidden />} onClick={onDeleteRead}>{notifications.deleteRead}</Button>
    </div>
  );
}
