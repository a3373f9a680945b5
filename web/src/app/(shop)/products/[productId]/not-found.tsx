'use client';
import { Button } from '@mantine/core';
import { IconPackageOff } from '@tabler/icons-react';
import Link from 'next/link';
import { Page } from '@/components/page/Page';
import { Empty } from '@/components/states/Empty';
import { useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { shellTexts } from '@/texts/shell';

export default function ProductNotFound() {
  const shell = useTexts(shellTexts);
  const products = useTexts(productsTexts);
  return (
    <Page title={shell.navigation.products}>
      <Empty
        icon={IconPackageOff} title={products.notFoundTitle} text={products.notFound}
        action={<Button component={Link} prefetch={false} href="/products" variant="default">{products.toProducts}</Button>}
      />
    </Page>
  );
}
