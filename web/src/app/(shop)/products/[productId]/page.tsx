import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { isProduct } from '@/components/product/productValues';
import { localeOfRequest } from '@/server/locale';
import { ask } from '@/server/preload';
import { Preloaded } from '@/store/Preloaded';
import { textsOf } from '@/texts';
import { productsTexts } from '@/texts/products';
import { CHARTED, LISTED } from './movementList';
import { ProductPage } from './ProductPage';

interface Props { params: Promise<{ productId: string }> }

/** Once for the page and its title. */
const load = cache(async (productId: string) => {
  const { entries, missing } = await ask((api) => [
    api.getProduct.initiate({ productId }), api.movementPages.initiate({ productId, ...LISTED }), api.listMovements.initiate({ productId, ...CHARTED }),
  ]);
  if (missing) notFound();
  return entries;
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const entries = await load((await params).productId);
  const product = entries.find(({ endpointName }) => endpointName === 'getProduct')?.value;
  return { title: isProduct(product) ? product.name : textsOf(productsTexts, await localeOfRequest()).product };
}

export default async function ProductRoute({ params }: Props) {
  const { productId } = await params;
  return <Preloaded entries={await load(productId)}><ProductPage productId={productId} /></Preloaded>;
}
