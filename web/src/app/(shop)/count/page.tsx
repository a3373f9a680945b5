import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { CountPage } from './CountPage';
import { END, placeOf, shelfOf } from './place';

export const generateMetadata = titled('count');

export default async function Count({ searchParams }: { searchParams: Promise<Record<string, string>> }) {
  const { category, product } = placeOf(new URLSearchParams(await searchParams));
  const entries = await preload((api) => [
    api.reportStockValue.initiate({}),
    ...(category ? [api.productPages.initiate(shelfOf(category))] : []),
    ...(product && product !== END ? [api.getProduct.initiate({ productId: product })] : []),
  ]);
  return <Preloaded entries={entries}><CountPage /></Preloaded>;
}
