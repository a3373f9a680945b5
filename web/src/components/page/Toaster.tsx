'use client';
import { MantineThemeProvider } from '@mantine/core';
import { useEffect } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import { useLoaded } from '../shell/useLoaded';
import { onNotice } from './notify';

const getNotifications = () => import('@mantine/notifications').then(({ Notifications }) => Notifications);

/** Where notify.ts shows its words. */
export function Toaster() {
  const { close } = useTexts(statesTexts);
  const [Notifications, load] = useLoaded(getNotifications);
  useEffect(() => onNotice(load), [load]);
  if (!Notifications) return null;
  return (
    <MantineThemeProvider theme={{ components: { Notification: { defaultProps: { closeButtonProps: { 'aria-label': close } } } } }}>
      <Notifications position="bottom-center" />
    </MantineThemeProvider>
  );
}
