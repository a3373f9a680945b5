'use client';
import { Skeleton } from '@mantine/core';
import { useState } from 'react';
import { useGetProductQuery, type Product } from '@/api';
import { Card } from '@/components/page/Card';
import { ProductImage } from '@/components/product/ProductImage';
import { Loaded } from '@/components/states/Loaded';
import { CountForm } from './CountForm';
import type { Counted } from './useCounted';
import styles from './count.module.css';

/** The product that is being counted. */
export function CountedProduct({ productId, onCounted }: { productId: string; onCounted: (counted: Counted) => void }) {
  // What the books expect is asked anew: a figure of minutes ago is no expectation. Then it stays, and so does what is entered.
  const query = useGetProductQuery({ productId }, { refetchOnMountOrArgChange: 5 });
  const [shown, setShown] = useState<Product>();
  if (shown === undefined && query.data && !query.isFetching) setShown(query.data);
  return (
    <Card>
      <Loaded query={{ ...query, data: shown }} skeleton={<Skeleton h={336} />}>
        {(product) => (
          <>
            <div className={styles.product}>
              <ProductImage url={product.imageUrl} size={56} priority />
              <div className={styles.names}><h2 className={styles.name}>{product.name}</h2><span className={styles.sku}>{product.sku}</span></div>
            </div>
            <CountForm product={product} onCounted={onCounted} />
          </>
        )}
      </Loaded>
    </Card>
  );
}
