'use client';
import { IconStarFilled } from '@tabler/icons-react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import styles from './Rating.module.css';

export function Rating({ rating }: { rating: number }) {
  const products = useTexts(productsTexts);
  const text = useFormat().rating(rating);
  return <span className={styles.rating} role="img" aria-label={products.rating(text)}><IconStarFilled size={14} aria-hidden />{text}</span>;
}
