'use client';
import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useQueryState } from '@/components/page/useQueryState';
import { useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';
import { TYPES, type filtersOf } from './filters';
import styles from './notifications.module.css';

export function NotificationFilters({ filters }: { filters: ReturnType<typeof filtersOf> }) {
  const notifications = useTexts(notificationsTexts);
  const { set } = useQueryState();
  const state = filters.isRead === undefined ? '' : filters.isRead ? 'read' : 'unread';
  return (
    <div className={styles.filters}>
      <SegmentedControl
        aria-label={notifications.stateLabel} value={state} onChange={(value) => set({ state: value })}
        data={[{ value: '', label: notifications.all }, { value: 'unread', label: notifications.unread }, { value: 'read', label: notifications.read }]}
      />
      <NativeSelect
        aria-label={notifications.typeLabel} value={filters.type ?? ''} onChange={(event) => set({ type: event.currentTarget.value })}
        data={[{ value: '', label: notifications.allTypes }, ...TYPES.map((type) => ({ value: type, label: notifications.types[type] }))]}
      />
    </div>
  );
}
