'use client';
import { Button } from '@mantine/core';
import { IconArchive, IconPencil, IconPlusMinus } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import type { Product } from '@/api';
import { useRole } from '@/api/useRole';
import { useDialog } from '@/components/forms/useDialog';
import { hasRole } from '@/components/shell/navigation';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';

const AdjustStock = dynamic(() => import('@/components/product/AdjustStock'), { ssr: false });
const EditProduct = dynamic(() => import('@/components/product/EditProduct'), { ssr: false });
const ArchiveProduct = dynamic(() => import('./ArchiveProduct'), { ssr: false });

export function ProductActions({ product }: { product: Product }) {
  const products = useTexts(productsTexts);
  const role = useRole();
  const { shown, open, close } = useDialog<'adjust' | 'edit' | 'archive'>();
  if (!hasRole(role, 'staff')) return null;
  return (
    <>
      {hasRole(role, 'admin') && <Button variant="subtle" color="red" c="var(--bad)" leftSection={<IconArchive size={18} aria-hidden />} onClick={() => open('archive')}>{products.archive}</Button>}
      <Button variant="default" leftSection={<IconPencil size={18} aria-hidden />} onClick={() => open('edit')}>{products.edit}</Button>
      <Button leftSection={<IconPlusMinus size={18} aria-hidden />} onClick={() => open('adjust')}>{products.adjust}</Button>
      {shown === 'adjust' && <AdjustStock product={product} onClose={close} />}
      {shown === 'edit' && <EditProduct product={product} onClose={close} />}
      {shown === 'archive' && <ArchiveProduct product={product} onClose={close} />}
    </>
  );
}
