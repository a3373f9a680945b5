import { cookies } from 'next/headers';
import { LOCALE_COOKIE } from '@/format/locale';
import { findDocumentation } from '@/server/documentation';
import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { SettingsPage } from './SettingsPage';

export const generateMetadata = titled('settings');

export default async function Settings() {
  const [entries, documentation] = await Promise.all([preload((api) => [api.showOwnAccount.initiate({}), api.getSettings.initiate({})]), findDocumentation()]);
  return <Preloaded entries={entries}><SettingsPage chosenLocale={(await cookies()).get(LOCALE_COOKIE)?.value} documentation={documentation} /></Preloaded>;
}
