'use client';
import { Button, Skeleton } from '@mantine/core';
import { IconCheck, IconChevronLeft, IconChevronRight, IconClipboardCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useProductPagesInfiniteQuery, type Product } from '@/api';
import { Card } from '@/components/page/Card';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { RetryNotice } from '@/components/states/RetryNotice';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { countTexts } from '@/texts/count';
import { CountedProduct } from './CountedProduct';
import { END, shelfOf } from './place';
import type { Counted } from './useCounted';
import styles from './count.module.css';

interface Props {
  category: string;
  /** Where one is; undefined at the first. */
  product: string | undefined;
  counted: Counted[];
  onGo: (product: string) => void;
  onCounted: (counted: Counted) => void;
}

/** The products of a category, one after the other. */
export function Shelf({ category, product, ...rest }: Props) {
  const count = useTexts(countTexts);
  const query = useProductPagesInfiniteQuery(shelfOf(category));
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  // A shelf is as long as it is: all of it is needed to know what comes next.
  const goesOn = hasNextPage && !isFetching && !isFetchNextPageError;
  useEffect(() => { if (goesOn) void fetchNextPage(); }, [goesOn, fetchNextPage]);
  const first = { ...query, error: isFetchNextPageError ? undefined : query.error };
  return (
    <Loaded
      query={first} skeleton={<Skeleton h={360} />}
      empty={({ pages }) => !pages[0]?.items.length && <Empty icon={IconClipboardCheck} title={count.emptyShelf} text={count.emptyShelfText} />}
    >
      {({ pages }) => (
        <>
          {isFetchNextPageError && !isFetching && <RetryNotice text={count.partOfShelf} retry={fetchNextPage} />}
          <Walk products={pages.flatMap(({ items }) => items)} complete={!hasNextPage} product={product} {...rest} />
        </>
      )}
    </Loaded>
  );
}

/** `complete`: whether `products` are all of the shelf; before that nobody gets to its end. */
function Walk({ products, complete, product, counted, onGo, onCounted }: Omit<Props, 'category'> & { products: Product[]; complete: boolean }) {
  const count = useTexts(countTexts);
  const format = useFormat();
  const current = product ?? products[0]!.productId;
  const at = products.findIndex(({ productId }) => productId === current);
  const go = (index: number) => onGo(products[index]?.productId ?? (complete ? END : current));
  const atLast = current === END || (!complete && at === products.length - 1);
  const position = complete ? count.position : count.positionSoFar;
  return (
    <>
      <nav className={styles.walk} aria-label={count.walkLabel}>
        <Button variant="default" size="md" px="md" disabled={at === 0} onClick={() => go(current === END ? products.length - 1 : Math.max(0, at - 1))} leftSection={<IconChevronLeft size={18} aria-hidden />}>{count.previous}</Button>
        <span role="status">{at >= 0 && position(format.number(at + 1), format.number(products.length))}</span>
        <Button variant="default" size="md" px="md" disabled={atLast} onClick={() => go(at + 1)} rightSection={<IconChevronRight size={18} aria-hidden />}>{count.next}</Button>
      </nav>
      {current === END
        ? <Card><Empty icon={IconClipboardCheck} title={count.shelfDone} text={count.shelfDoneText} action={<Button variant="default" onClick={() => go(0)}>{count.fromStart}</Button>} /></Card>
        : <CountedProduct key={current} productId={current} onCounted={(each) => { onCounted(each); go(at + 1); }} />}
      <Card title={count.onShelf} flush>
        <ul className={styles.shelf}>
          {products.map(({ productId, name, sku }) => (
            <li key={productId}>
              <button type="button" className={styles.onShelf} aria-current={productId === current || undefined} onClick={() => onGo(productId)}>
                <span>{name}</span><span className={styles.sku}>{sku}</span>
                {counted.some((each) => each.productId === productId && !each.undone) && <IconCheck size={18} className={styles.done} role="img" aria-label={count.isCounted} />}
              </button>
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
