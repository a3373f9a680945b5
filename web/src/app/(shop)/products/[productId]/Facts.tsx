'use client';
import type { ReactNode } from 'react';
import type { Product } from '@/api';
import { Card } from '@/components/page/Card';
import { Rating } from '@/components/product/Rating';
import { StockPill } from '@/components/product/StockPill';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import styles from './product.module.css';

export function Facts({ product }: { product: Product }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  const { price, stockQuantity, minimumStock, unitsSold, sku, category, rating, updatedAt, description } = product;
  const facts: [string, ReactNode][] = [
    [products.price, format.money(price)],
    [products.minimum, format.number(minimumStock)],
    [products.sold, format.number(unitsSold)],
    [products.ratingFact, rating === null ? products.notSet : <Rating key="rating" rating={rating} />],
    [products.sku, sku ?? products.notSet],
    [products.category, category ?? products.notSet],
    [products.edited, format.time(updatedAt)],
  ];
  return (
    <Card title={products.facts}>
      <div className={styles.stock}>
        <span className={styles.figure}>{products.pieces(format.number(stockQuantity))}</span>
        <StockPill product={product} />
      </div>
      <dl className={styles.facts}>
        {facts.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}
      </dl>
      <h3 className={styles.subtitle}>{products.description}</h3>
      <p className={styles.description}>{description ?? products.noDescription}</p>
    </Card>
  );
}
