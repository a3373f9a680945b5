import { titled } from '@/server/locale';
import { preload } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { productListArg } from './productList';
import { ProductsPage } from './ProductsPage';

export const generateMetadata = titled('products');

export default async function Products({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const params = await searchParams;
  const entries = await preload((api) => [api.productPages.initiate(productListArg((name) => [params[name]].flat()[0]))]);
  return <Preloaded entries={entries}><ProductsPage /></Preloaded>;
}
