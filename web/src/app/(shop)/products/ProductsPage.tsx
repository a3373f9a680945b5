'use client';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useRole } from '@/api/useRole';
import { Page } from '@/components/page/Page';
import { useAddressDialog } from '@/components/page/useAddressDialog';
import { hasRole } from '@/components/shell/navigation';
import { RoleGate } from '@/components/states/RoleGate';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { shellTexts } from '@/texts/shell';
import { ProductFilters } from './ProductFilters';
import { ProductGrid } from './ProductGrid';

const CreateProduct = dynamic(() => import('@/components/product/CreateProduct'), { ssr: false });

export function ProductsPage() {
  const shell = useTexts(shellTexts);
  const products = useTexts(productsTexts);
  const mayAdd = hasRole(useRole(), 'staff');
  // `?new=product`: the empty pages of a new shop lead here.
  const creating = useAddressDialog('new');
  const add = mayAdd && <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => creating.open('product')}>{products.add}</Button>;
  return (
    <Page title={shell.navigation.products} lead={products.lead} actions={add}>
      <RoleGate least="viewer">
        <ProductFilters />
        <ProductGrid add={add} />
      </RoleGate>
      {creating.value && mayAdd && <CreateProduct onClose={creating.close} />}
    </Page>
  );
}
