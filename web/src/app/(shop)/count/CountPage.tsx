'use client';
import { Button } from '@mantine/core';
import { IconClipboardCheck } from '@tabler/icons-react';
import Link from 'next/link';
import { useReportStockValueQuery } from '@/api';
import { Card } from '@/components/page/Card';
import { Page } from '@/components/page/Page';
import { useQueryState } from '@/components/page/useQueryState';
import { Empty } from '@/components/states/Empty';
import { RoleGate } from '@/components/states/RoleGate';
import { useTexts } from '@/format/LocaleProvider';
import { countTexts } from '@/texts/count';
import { shellTexts } from '@/texts/shell';
import { CountedList } from './CountedList';
import { CountedProduct } from './CountedProduct';
import { END, placeOf } from './place';
import { PickerField } from './PickerField';
import { Shelf } from './Shelf';
import { ShelfChoice } from './ShelfChoice';
import { useCounted } from './useCounted';
import styles from './count.module.css';

/** A stock-take: what is picked, or a shelf from its first product to its last. */
export function CountPage() {
  const shell = useTexts(shellTexts);
  return <Page title={shell.navigation.count}><RoleGate least="staff"><StockTake /></RoleGate></Page>;
}

function StockTake() {
  const count = useTexts(countTexts);
  const { params, set } = useQueryState();
  const { category, product } = placeOf(params);
  const { counted, add, markUndone } = useCounted();
  const picked = product === END ? undefined : product;
  const { data: stock } = useReportStockValueQuery({});
  const pick = (productId: string) => set({ product: productId });
  if (stock?.products === 0) return <NothingToCount />;
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <div className={styles.choose}>
          <ShelfChoice category={category} onChoose={(chosen) => set({ category: chosen, product: undefined })} />
          <PickerField label={count.pick} product={product} onPick={({ productId }) => pick(productId)} />
        </div>
        {category && <Shelf category={category} product={product} counted={counted} onGo={pick} onCounted={add} />}
        {!category && picked && <CountedProduct key={picked} productId={picked} onCounted={(each) => { add(each); set({ product: undefined }); }} />}
        {!category && !picked && <Card><Empty icon={IconClipboardCheck} title={count.begin} text={count.beginText} /></Card>}
      </div>
      <CountedList counted={counted} onUndone={markUndone} />
    </div>
  );
}

function NothingToCount() {
  const count = useTexts(countTexts);
  return (
    <Card>
      <Empty
        icon={IconClipboardCheck} title={count.noProducts} text={count.noProductsText}
        action={<Button component={Link} href="/products?new=product" prefetch={false}>{count.addProduct}</Button>}
      />
    </Card>
  );
}
