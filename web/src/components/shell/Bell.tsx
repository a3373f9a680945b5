'use client';
import { useEffect, useRef } from 'react';
import { ActionIcon, Indicator } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import Link from 'next/link';
import { useDispatch } from 'react-redux';
import { api, useCountUnreadNotificationsQuery } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';

const POLL_MS = 15_000;

/** How many notifications are unread, asked again and again while the page is looked at; lists follow when there is a new one. */
export function Bell() {
  const shell = useTexts(shellTexts);
  const format = useFormat();
  const dispatch = useDispatch();
  const { data } = useCountUnreadNotificationsQuery({}, { pollingInterval: POLL_MS, skipPollingIfUnfocused: true, refetchOnFocus: true });
  const count = data?.count ?? 0;
  const before = useRef(count);
  useEffect(() => {
    if (count > before.current) dispatch(api.util.invalidateTags(['Notifications']));
    before.current = count;
  }, [count, dispatch]);
  const label = count > 0 ? shell.unread(count) : shell.noUnread;
  return (
    <Indicator label={count > 99 ? '99+' : format.number(count)} size={18} offset={5} disabled={count === 0} color="violet" zIndex={1}>
      <ActionIcon component={Link} prefetch={false} href="/notifications" variant="subtle" color="gray" size="lg" aria-label={label} title={label}>
        <IconBell size={20} stroke={1.7} />
      </ActionIcon>
      <span className="visually-hidden" role="status">{count > 0 ? label : ''}</span>
    </Indicator>
  );
}
