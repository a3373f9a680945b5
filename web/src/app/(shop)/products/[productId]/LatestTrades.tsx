'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Purchase, Sale } from '@/api';
import { Card } from '@/components/page/Card';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import styles from './product.module.css';

export function LatestSales({ sales }: { sales: Sale[] }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  const rows = sales.map(({ saleId, timestamp, quantity, unitPrice, totalAmount }) => ({
    id: saleId, href: `/sales?sale=${saleId}`, timestamp, quantity, unit: format.money(unitPrice), total: totalAmount,
  }));
  return <Trades title={products.latestSales} none={products.noSales} unit={products.unitPrice} rows={rows} />;
}

export function LatestPurchases({ purchases }: { purchases: Purchase[] }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  const rows = purchases.map(({ purchaseId, timestamp, quantity, unitCost, totalCost }) => ({
    id: purchaseId, href: `/purchases?purchase=${purchaseId}`, timestamp, quantity, unit: format.unitCost(unitCost), total: totalCost,
  }));
  return <Trades title={products.latestPurchases} none={products.noPurchases} unit={products.unitCost} rows={rows} />;
}

interface Row { id: string; href: string; timestamp: string; quantity: number; unit: string; total: number }

function Trades({ title, none, unit, rows }: { title: string; none: string; unit: string; rows: Row[] }): ReactNode {
  const products = useTexts(productsTexts);
  const format = useFormat();
  if (rows.length === 0) return <Card title={title}><p className={styles.muted}>{none}</p></Card>;
  return (
    <Card title={title} flush>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={title}>
        <table className={styles.trades}>
          <thead><tr>{[products.when, products.quantity, unit, products.total].map((each) => <th key={each} scope="col">{each}</th>)}</tr></thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={`${row.id}-${i}`}>
                <th scope="row"><Link href={row.href} prefetch={false}>{format.shortTime(row.timestamp)}</Link></th>
                <td>{format.number(row.quantity)}</td><td>{row.unit}</td><td>{format.money(row.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
