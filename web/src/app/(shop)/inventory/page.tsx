import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { InventoryPage } from './InventoryPage';
import { listArg, readView } from './view';

export const generateMetadata = titled('inventory');

export default async function Inventory({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const asked = await searchParams;
  const view = readView({ get: (name) => [asked[name]].flat()[0] ?? null });
  const entries = await preload((api) => [api.productPages.initiate(listArg(view)), api.reportStockValue.initiate({})]);
  return <Preloaded entries={entries}><InventoryPage /></Preloaded>;
}
