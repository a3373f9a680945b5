'use client';
import { Skeleton } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import Link from 'next/link';
import { useGetProductQuery } from '@/api';
import { Page } from '@/components/page/Page';
import { Loaded } from '@/components/states/Loaded';
import { RoleGate } from '@/components/states/RoleGate';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { Facts } from './Facts';
import { LatestPurchases, LatestSales } from './LatestTrades';
import { Movements } from './Movements';
import styles from './product.module.css';
import { ProductActions } from './ProductActions';
import { ProductPicture } from './ProductPicture';
import { StockHistory } from './StockHistory';

export function ProductPage({ productId }: { productId: string }) {
  const products = useTexts(productsTexts);
  const query = useGetProductQuery({ productId });
  const product = query.data;
  const back = <Link className={styles.back} href="/products" prefetch={false}><IconChevronLeft size={16} aria-hidden />{products.back}</Link>;
  return (
    <Page above={back} title={product?.name ?? products.facts} lead={product && [product.sku, product.category].filter(Boolean).join(' · ')} actions={product && <ProductActions product={product} />}>
      <RoleGate least="viewer">
        <Loaded query={query} skeleton={<Skeleton h={360} radius={12} />}>
          {(shown) => (
            <>
              <div className={styles.top}>
                <ProductPicture product={shown} />
                <Facts product={shown} />
              </div>
              <StockHistory product={shown} />
              <div className={styles.columns}>
                <Movements productId={productId} />
                <div className={styles.side}>
                  <LatestSales sales={shown.Sales} />
                  <LatestPurchases purchases={shown.Purchases} />
                </div>
              </div>
            </>
          )}
        </Loaded>
      </RoleGate>
    </Page>
  );
}
