'use client';
// What needs doing first: what runs low, how far it is below its minimum, and the way to buy it.
import { Button, Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPackage, IconX } from '@tabler/icons-react';
import Link from 'next/link';
import { useListProductsQuery, useReportStockValueQuery, type Product } from '@/api';
import { useRole } from '@/api/useRole';
import { Card } from '@/components/page/Card';
import { StatusPill } from '@/components/page/StatusPill';
import { ProductImage } from '@/components/product/ProductImage';
import { hasRole } from '@/components/shell/navigation';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';
import { KEPT_NEW, LOW_STOCK_ROWS, lowStockArg } from './queries';

export function LowStock() {
  const dashboard = useTexts(dashboardTexts);
  const products = useListProductsQuery(lowStockArg, KEPT_NEW);
  const more = (products.data?.length ?? 0) > LOW_STOCK_ROWS;
  return (
    <div className={styles.wide}>
      <Card title={dashboard.lowStock} actions={more && <Link href="/inventory?lowStock=true" prefetch={false} className={styles.link}>{dashboard.allLowStock}</Link>}>
        <Loaded query={products} skeleton={<Skeleton h={352} />} empty={(all) => all.length === 0 && <NothingLow />}>
          {(all) => <ul className={styles.rows}>{all.slice(0, LOW_STOCK_ROWS).map((product) => <Row key={product.productId} product={product} />)}</ul>}
        </Loaded>
      </Card>
    </div>
  );
}

function Row({ product: { productId, name, imageUrl, stockQuantity, minimumStock } }: { product: Product }) {
  const dashboard = useTexts(dashboardTexts);
  const format = useFormat();
  const mayBuy = hasRole(useRole(), 'staff');
  return (
    <li className={`${styles.row} ${styles.acting}`}>
      <ProductImage url={imageUrl} size={40} />
      <div className={styles.what}>
        <Link href={`/products/${productId}`} prefetch={false} className={styles.name}>{name}</Link>
        <span className={styles.note}>{dashboard.left(format.number(stockQuantity), format.number(minimumStock))}</span>
        <span className={styles.bar} aria-hidden><span style={{ width: `${(stockQuantity / Math.max(1, minimumStock)) * 100}%` }} /></span>
      </div>
      <div className={styles.end}>
        {stockQuantity === 0
          ? <StatusPill status="bad" icon={IconX}>{dashboard.outOfStock}</StatusPill>
          : <StatusPill status="warn" icon={IconAlertTriangle}>{dashboard.below(format.number(minimumStock - stockQuantity))}</StatusPill>}
        {mayBuy && (
          <Button component={Link} href={`/purchases?new=${productId}`} prefetch={false} size="compact-sm" variant="light" aria-label={dashboard.reorderOf(name)}>{dashboard.reorder}</Button>
        )}
      </div>
    </li>
  );
}

/** Or there is nothing at all yet. */
function NothingLow() {
  const dashboard = useTexts(dashboardTexts);
  const mayAdd = hasRole(useRole(), 'staff');
  const { data: stock } = useReportStockValueQuery({});
  if (stock?.products !== 0) return <Empty icon={IconCircleCheck} title={dashboard.nothingLow} text={dashboard.nothingLowText} />;
  return (
    <Empty
      icon={IconPackage} title={dashboard.noProducts} text={dashboard.noProductsText}
      action={mayAdd && <Button component={Link} href="/products?new=product" prefetch={false}>{dashboard.addProduct}</Button>}
    />
  );
}
