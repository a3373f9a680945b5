'use client';
import Link from 'next/link';
import type { Product } from '@/api';
import { ProductImage } from '@/components/product/ProductImage';
import { Rating } from '@/components/product/Rating';
import { StockPill } from '@/components/product/StockPill';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import styles from './products.module.css';

/** As wide as the grid of products.module.css makes a card. */
const SIZES = '(max-width: 48em) 50vw, 288px';

export function ProductCard({ product, priority }: { product: Product; priority: boolean }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  return (
    <article className={styles.card}>
      <ProductImage url={product.imageUrl} size={288} fill sizes={SIZES} priority={priority} />
      <div className={styles.body}>
        <h2 className={styles.name}><Link href={`/products/${product.productId}`} prefetch={false}>{product.name}</Link></h2>
        <p className={styles.category}>{product.category ?? '\u00a0'}</p>
        <p className={styles.facts}>
          <strong>{format.money(product.price)}</strong>
          {product.rating !== null && <Rating rating={product.rating} />}
        </p>
        <p className={styles.stock}><StockPill product={product} /><span>{products.pieces(format.number(product.stockQuantity))}</span></p>
      </div>
    </article>
  );
}
