import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { USERS } from './query';
import { UsersPage } from './UsersPage';

export const generateMetadata = titled('users');

export default async function Users() {
  const entries = await preload((api) => [api.userPages.initiate(USERS)]);
  return <Preloaded entries={entries}><UsersPage /></Preloaded>;
}
