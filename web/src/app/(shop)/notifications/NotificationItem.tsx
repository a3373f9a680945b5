'use client';
import { ActionIcon, Skeleton } from '@mantine/core';
import { IconCheck, IconTrash } from '@tabler/icons-react';
import Link from 'next/link';
import { useDeleteNotificationMutation, useMarkNotificationReadMutation, useShowOwnAccountQuery, type Notification } from '@/api';
import { failureOf, wordsOf } from '@/api/problem';
import { notifyFailed } from '@/components/page/notify';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';
import { statesTexts } from '@/texts/states';
import { TypePill } from './TypePill';
import { productNameIn } from './productNameIn';
import styles from './notifications.module.css';

/** One notification of the list, with what can be done with it. */
export function NotificationItem({ notification }: { notification: Notification }) {
  const notifications = useTexts(notificationsTexts);
  const format = useFormat();
  const { title, message, type, isRead, createdAt } = notification;
  return (
    <li className={styles.item} data-unread={!isRead || undefined}>
      <div className={styles.text}>
        <h2 className={styles.title}>{!isRead && <span className="visually-hidden">{notifications.unreadMark} </span>}{title}</h2>
        <p className={styles.message}>{message}</p>
        <div className={styles.facts}>
          <TypePill type={type} />
          <span><Recipient notification={notification} /> · <time dateTime={createdAt}>{format.time(createdAt)}</time></span>
          <ProductLink notification={notification} />
        </div>
      </div>
      <ItemActions notification={notification} />
    </li>
  );
}

function Recipient({ notification: { userId, user } }: { notification: Notification }) {
  const notifications = useTexts(notificationsTexts);
  const { data: account } = useShowOwnAccountQuery({});
  if (userId === null) return notifications.forEveryone;
  return userId === account?.userId ? notifications.forYou : notifications.forPerson(user?.name ?? '');
}

/** To the product that a stock alert tells of. */
function ProductLink({ notification }: { notification: Notification }) {
  const notifications = useTexts(notificationsTexts);
  const name = productNameIn(notification);
  return name && <Link href={`/products?search=${encodeURIComponent(name)}`} prefetch={false} className={styles.link}>{notifications.toProduct}<span className="visually-hidden"> {name}</span></Link>;
}

function ItemActions({ notification: { notificationId, title, isRead } }: { notification: Notification }) {
  const states = useTexts(statesTexts);
  const notifications = useTexts(notificationsTexts);
  const [markRead] = useMarkNotificationReadMutation();
  const [remove, { isLoading }] = useDeleteNotificationMutation();
  const mark = async () => {
    const failure = failureOf((await markRead({ notificationId })).error);
    if (failure) notifyFailed(notifications.notMarked(wordsOf(failure, states).detail));
  };
  const removeIt = async () => {
    const failure = failureOf((await remove({ notificationId })).error);
    // Gone already, from another tab: that is what was wanted.
    if (failure && failure.status !== 404) notifyFailed(notifications.notDeleted(wordsOf(failure, states).detail));
  };
  return (
    <div className={styles.itemActions}>
      {!isRead && <ActionIcon variant="subtle" size="lg" onClick={mark} aria-label={notifications.markRead(title)} title={notifications.markReadShort}><IconCheck size={18} aria-hidden /></ActionIcon>}
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={removeIt} loading={isLoading} aria-label={notifications.remove(title)} title={notifications.removeShort}><IconTrash size={18} aria-hidden /></ActionIcon>
    </div>
  );
}

export function NotificationSkeleton() {
  return <ul className={styles.list}>{Array.from({ length: 6 }, (_, i) => <li key={i} className={styles.item}><Skeleton h={72} /></li>)}</ul>;
}
