'use client';
import { Button } from '@mantine/core';
import { IconPhotoUp } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import type { Product } from '@/api';
import { useRole } from '@/api/useRole';
import { useDialog } from '@/components/forms/useDialog';
import { ProductImage } from '@/components/product/ProductImage';
import { hasRole } from '@/components/shell/navigation';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import styles from './product.module.css';

const ImageDialog = dynamic(() => import('@/components/product/ImageDialog'), { ssr: false });

/** As wide as product.module.css makes it. */
const SIZES = '(max-width: 62em) 100vw, 400px';

export function ProductPicture({ product }: { product: Product }) {
  const products = useTexts(productsTexts);
  const mayChange = hasRole(useRole(), 'staff');
  const dialog = useDialog<'image'>();
  return (
    <div className={styles.picture}>
      <ProductImage url={product.imageUrl} size={400} fill sizes={SIZES} priority />
      {mayChange && (
        <Button variant="default" size="sm" className={styles.changeImage} leftSection={<IconPhotoUp size={16} aria-hidden />} onClick={() => dialog.open('image')}>
          {product.imageUrl ? products.changeImage : products.addImage}
        </Button>
      )}
      {dialog.shown && <ImageDialog product={product} onClose={dialog.close} />}
    </div>
  );
}
