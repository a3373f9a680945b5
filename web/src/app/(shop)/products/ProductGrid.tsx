'use client';
import { Button, Skeleton } from '@mantine/core';
import { IconPackageOff, IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useProductPagesInfiniteQuery } from '@/api';
import { LoadMore } from '@/components/page/LoadMore';
import { useQueryState } from '@/components/page/useQueryState';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productsTexts } from '@/texts/products';
import { ProductCard } from './ProductCard';
import { isFiltered, productListArg } from './productList';
import styles from './products.module.css';

/** How many cards are seen at first on a laptop. */
const FIRST_SEEN = 5;

export function ProductGrid({ add }: { add: ReactNode }) {
  const products = useTexts(productsTexts);
  const format = useFormat();
  const { params, set } = useQueryState();
  const arg = productListArg((name) => params.get(name));
  const query = useProductPagesInfiniteQuery(arg);
  const old = query.currentData === undefined && query.isFetching;
  const clear = <Button variant="default" onClick={() => set({ search: undefined, category: undefined, lowStock: undefined })}>{products.clearFilters}</Button>;
  const empty = isFiltered(arg)
    ? <Empty icon={IconSearchOff} title={products.nothingFoundTitle} text={products.nothingFound} action={clear} />
    : <Empty icon={IconPackageOff} title={products.noneTitle} text={products.none} action={add} />;
  return (
    <Loaded query={query} skeleton={<GridSkeleton />} empty={({ pages }) => pages[0]?.items.length === 0 && empty}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        return (
          <div className={old ? styles.old : undefined} aria-busy={old}>
            <p className={styles.count} role="status">{products.shown(format.number(items.length), query.hasNextPage)}</p>
            <ul className={styles.grid} aria-label={products.list}>
              {items.map((product, i) => <li key={product.productId}><ProductCard product={product} priority={i < FIRST_SEEN} /></li>)}
            </ul>
            <LoadMore query={query} onScroll />
          </div>
        );
      }}
    </Loaded>
  );
}

function GridSkeleton() {
  return <div className={styles.grid}>{Array.from({ length: 10 }, (_, i) => <Skeleton key={i} className={styles.skeleton} radius={12} />)}</div>;
}
