import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { filtersOf } from './filters';
import { NotificationsPage } from './NotificationsPage';

export const generateMetadata = titled('notifications');

export default async function Notifications({ searchParams }: { searchParams: Promise<Record<string, string>> }) {
  const filters = filtersOf(new URLSearchParams(await searchParams));
  const entries = await preload((api) => [api.notificationPages.initiate(filters)]);
  return <Preloaded entries={entries}><NotificationsPage /></Preloaded>;
}
