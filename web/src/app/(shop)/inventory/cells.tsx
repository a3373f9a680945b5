'use client';
// What stands in the cells of the inventory. A row comes and goes with each turn of the wheel: no cell asks the cache for anything.
import type { Row, Table } from '@tanstack/react-table';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import Link from 'next/link';
import type { Product } from '@/api';
import { StatusPill } from '@/components/page/StatusPill';
import { ProductPicture } from '@/components/product/ProductImage';
import type { Format } from '@/format/format';
import { useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import type { Features } from './columns';
import styles from './inventory.module.css';

export function ProductCell({ product: { productId, name, sku, imageUrl }, images }: { product: Product; images: string | undefined }) {
  return (
    <span className={styles.product}>
      <ProductPicture url={imageUrl} size={40} images={images} />
      <span className={styles.names}>
        <Link href={`/products/${productId}`} prefetch={false} className={styles.name} title={name}>{name}</Link>
        {sku && <span className={styles.skuBelow}>{sku}</span>}
      </span>
    </span>
  );
}

function Level({ stockQuantity, minimumStock }: Product) {
  const inventory = useTexts(inventoryTexts);
  if (stockQuantity === 0) return <StatusPill status="bad" icon={IconCircleX}>{inventory.out}</StatusPill>;
  if (stockQuantity < minimumStock) return <StatusPill status="warn" icon={IconAlertTriangle}>{inventory.low}</StatusPill>;
  return <StatusPill status="good" icon={IconCircleCheck}>{inventory.fine}</StatusPill>;
}

/** The stock, and a bar that is half full at the minimum. */
export function StockCell({ product, format }: { product: Product; format: Format }) {
  const { stockQuantity, minimumStock } = product;
  const filled = stockQuantity === 0 ? 0 : Math.min(1, stockQuantity / Math.max(1, 2 * minimumStock));
  const level = stockQuantity < minimumStock ? styles.low : styles.fine;
  return (
    <span className={styles.stock}>
      <span className={styles.quantity}>{format.number(stockQuantity)}</span>
      <Level {...product} />
      <span className={`${styles.bar} ${level}`} aria-hidden><span style={{ width: `${filled * 100}%` }} /></span>
    </span>
  );
}

export function SelectOne({ row }: { row: Row<Features, Product> }) {
  const inventory = useTexts(inventoryTexts);
  return (
    <label className={styles.choice}>
      <input type="checkbox" checked={row.getIsSelected()} onChange={row.getToggleSelectedHandler()} aria-label={inventory.selection.choose(row.original.name)} />
    </label>
  );
}

export function SelectAll({ table }: { table: Table<Features, Product> }) {
  const inventory = useTexts(inventoryTexts);
  const all = table.getIsAllRowsSelected();
  const some = !all && table.getIsSomeRowsSelected();
  return (
    <label className={styles.choice}>
      <input
        type="checkbox" checked={all} onChange={table.getToggleAllRowsSelectedHandler()} aria-label={inventory.selection.all}
        ref={(input) => { if (input) input.indeterminate = some; }}
      />
    </label>
  );
}
