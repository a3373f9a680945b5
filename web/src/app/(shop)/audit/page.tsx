import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { AuditPage } from './AuditPage';
import { filtersOf } from './filters';

export const generateMetadata = titled('audit');

export default async function Audit({ searchParams }: { searchParams: Promise<Record<string, string>> }) {
  const filters = filtersOf(new URLSearchParams(await searchParams));
  const entries = await preload((api) => [api.auditPages.initiate(filters)]);
  return <Preloaded entries={entries}><AuditPage /></Preloaded>;
}
