'use client';
import { Button, CloseButton, Skeleton } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useGetProductQuery, type Product } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import styles from './ProductFilter.module.css';

// Only who filters needs it.
const ProductPicker = dynamic(() => import('../product/ProductPicker').then((module) => module.ProductPicker), { ssr: false, loading: () => <Skeleton h={60} /> });

interface Props {
  productId: string | undefined;
  /** Where a document has it: an archived product is known by its documents only. */
  name: string | undefined;
  onChange: (productId: string | undefined) => void;
}

/** Which product the documents have to have. */
export function ProductFilter({ productId, name, onChange }: Props) {
  const documents = useTexts(documentsTexts);
  const [choosing, setChoosing] = useState(false);
  const product = useGetProductQuery({ productId: productId ?? '' }, { skip: !productId || name !== undefined });
  const pick = (picked: Product) => {
    setChoosing(false);
    onChange(picked.productId);
  };
  if (productId) {
    return (
      <div className={styles.chosen}>
        <span>{documents.filtered(name ?? product.data?.name ?? productId)}</span>
        <CloseButton aria-label={documents.clearFilter} onClick={() => onChange(undefined)} />
      </div>
    );
  }
  if (!choosing) return <Button variant="default" leftSection={<IconFilter size={18} aria-hidden />} onClick={() => setChoosing(true)}>{documents.filterLabel}</Button>;
  return <div className={styles.picker}><ProductPicker label={documents.filterLabel} onPick={pick} autoFocus /></div>;
}
