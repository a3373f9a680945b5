'use client';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { Product } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { StatusPill } from '../page/StatusPill';

/** Whether there is enough of it, as the API counts it: low is below the minimum. */
export function StockPill({ product: { stockQuantity, minimumStock } }: { product: Pick<Product, 'stockQuantity' | 'minimumStock'> }) {
  const { stock } = useTexts(productsTexts);
  if (stockQuantity === 0) return <StatusPill status="bad" icon={IconCircleX}>{stock.out}</StatusPill>;
  if (stockQuantity < minimumStock) return <StatusPill status="warn" icon={IconAlertTriangle}>{stock.low}</StatusPill>;
  return <StatusPill status="good" icon={IconCircleCheck}>{stock.fine}</StatusPill>;
}
