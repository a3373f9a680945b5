'use client';
import { IconAlertTriangle, IconInfoCircle, IconShoppingCart, IconUser, type Icon } from '@tabler/icons-react';
import type { NotificationType } from '@/api';
import { StatusPill, type Status } from '@/components/page/StatusPill';
import { useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';

const LOOKS: Record<NotificationType, { status: Status; icon: Icon }> = {
  stock_alert: { status: 'warn', icon: IconAlertTriangle },
  order_notification: { status: 'good', icon: IconShoppingCart },
  user_activity: { status: 'accent', icon: IconUser },
  system: { status: 'neutral', icon: IconInfoCircle },
};

export function TypePill({ type }: { type: NotificationType }) {
  const notifications = useTexts(notificationsTexts);
  return <StatusPill {...LOOKS[type]}>{notifications.types[type]}</StatusPill>;
}
