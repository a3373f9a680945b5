'use client';
import { Button, Skeleton } from '@mantine/core';
import { IconShoppingCart } from '@tabler/icons-react';
import Link from 'next/link';
import { useGetDashboardQuery, type Product } from '@/api';
import { Card } from '@/components/page/Card';
import { ProductImage } from '@/components/product/ProductImage';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';
import { KEPT_NEW } from './queries';

const ROWS = 8;

export function PopularProducts() {
  const dashboard = useTexts(dashboardTexts);
  const popular = useGetDashboardQuery({}, KEPT_NEW);
  return (
    <div className={styles.half}>
      <Card title={dashboard.popular} actions={<Link href="/products" prefetch={false} className={styles.link}>{dashboard.allProducts}</Link>}>
        <Loaded query={popular} skeleton={<Skeleton h={352} />} empty={({ popularProducts }) => popularProducts.every(({ unitsSold }) => unitsSold === 0) && <NoneSold />}>
          {({ popularProducts }) => (
            <ol className={styles.rows}>
              {popularProducts.filter(({ unitsSold }) => unitsSold > 0).slice(0, ROWS).map((product) => <Row key={product.productId} product={product} />)}
            </ol>
          )}
        </Loaded>
      </Card>
    </div>
  );
}

function Row({ product: { productId, name, imageUrl, category, price, unitsSold, stockQuantity } }: { product: Product }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  return (
    <li className={styles.row}>
      <ProductImage url={imageUrl} size={40} />
      <div className={styles.what}>
        <Link href={`/products/${productId}`} prefetch={false} className={styles.name}>{name}</Link>
        <span className={styles.note}>{[category, format.money(price)].filter(Boolean).join(' · ')}</span>
      </div>
      <div className={styles.figuresAtEnd}>
        <strong>{dashboard.sold(format.number(unitsSold))}</strong>
        <span className={styles.note}>{dashboard.inStock(format.number(stockQuantity))}</span>
      </div>
    </li>
  );
}

function NoneSold() {
  const dashboard = useTexts(dashboardTexts);
  return (
    <Empty
      icon={IconShoppingCart} title={dashboard.noneSold} text={dashboard.noneSoldText}
      action={<Button component={Link} href="/sales" prefetch={false} variant="default">{dashboard.toSales}</Button>}
    />
  );
}
