'use client';
import { Button } from '@mantine/core';
import { IconAdjustments, IconArrowBackUp, IconClipboardCheck, IconFlag, IconShoppingCart, IconTruckDelivery, type Icon } from '@tabler/icons-react';
import Link from 'next/link';
import type { Movement } from '@/api';
import { StatusPill } from '@/components/page/StatusPill';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import styles from './movements.module.css';

const ICONS: Record<Movement['type'], Icon> = {
  opening: IconFlag, sale: IconShoppingCart, purchase: IconTruckDelivery, adjustment: IconAdjustments, count: IconClipboardCheck, reversal: IconArrowBackUp,
};

/** `onReverse`: for those who may. */
export function MovementRow({ movement, onReverse }: { movement: Movement; onReverse?: (movement: Movement) => void }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  const { type, quantity, quantityAfter, reason, note, saleId, purchaseId, reversedBy, reversalOf, timestamp, user } = movement;
  const IconOfType = ICONS[type];
  const what = reason ? `${products.types[type]}: ${products.reasons[reason] ?? reason}` : products.types[type];
  return (
    <li className={styles.row}>
      <IconOfType size={20} stroke={1.7} aria-hidden className={styles.icon} />
      <div className={styles.what}>
        <span className={styles.type}>{what}{reversedBy !== null && <StatusPill status="neutral" icon={IconArrowBackUp}>{products.reversed}</StatusPill>}</span>
        {note && <span className={styles.note}>{note}</span>}
        <span className={styles.who}>
          <span>{format.time(timestamp)} {user ? products.by(user.name) : products.bySystem}</span>
          {saleId && <Link href={`/sales?sale=${saleId}`} prefetch={false}>{products.showSale}</Link>}
          {purchaseId && <Link href={`/purchases?purchase=${purchaseId}`} prefetch={false}>{products.showPurchase}</Link>}
        </span>
      </div>
      <div className={styles.figures}>
        <strong className={reversedBy === null ? undefined : styles.struck}>{format.signed(quantity)}</strong>
        <span>{products.after(format.number(quantityAfter))}</span>
      </div>
      <div className={styles.undo}>
        {onReverse && reversedBy === null && reversalOf === null && (
          <Button
            size="compact-sm" variant="subtle" color="gray" onClick={() => onReverse(movement)}
            aria-label={products.reverseOne(products.types[type], format.signed(quantity), format.time(timestamp))}
          >
            {products.reverse}
          </Button>
        )}
      </div>
    </li>
  );
}
