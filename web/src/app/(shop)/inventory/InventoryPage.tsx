'use client';
import { Button, Skeleton } from '@mantine/core';
import { IconPackage, IconSearchOff } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useCallback, useMemo, useState } from 'react';
import { useProductPagesInfiniteQuery, useReportStockValueQuery } from '@/api';
import { useRole } from '@/api/useRole';
import { Card } from '@/components/page/Card';
import { Page } from '@/components/page/Page';
import { hasRole } from '@/components/shell/navigation';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { inventoryTexts } from '@/texts/inventory';
import { shellTexts } from '@/texts/shell';
import { ListActions } from './ListActions';
import { InventoryTable } from './InventoryTable';
import { LoadedCount, MoreRows } from './MoreRows';
import { SelectionBar } from './SelectionBar';
import { NO_FILTER, Toolbar } from './Toolbar';
import { useBulkAdjustment } from './useBulkAdjustment';
import { useSelection } from './useSelection';
import { useView } from './useView';
import styles from './inventory.module.css';
import { isFiltered, listArg, totalOf, type View } from './view';

const AdjustmentDialog = dynamic(() => import('./AdjustmentDialog'), { ssr: false });

/** The pages of the API as one list, and what the page has to know of it. */
function useProducts(view: View) {
  const query = useProductPagesInfiniteQuery(listArg(view));
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  // While a filter or order is asked for, what was there stays; when it cannot be had, what was there is not what was asked for.
  const data = query.currentData ?? (isFetching ? query.data : undefined);
  const products = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const onNearEnd = useCallback(() => { if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage(); }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  // That only more could not be loaded is said where it would stand.
  const forAll = { data: products, error: isFetchNextPageError ? undefined : query.error, isFetching, refetch: query.refetch };
  return { query, forAll, products, onNearEnd, outdated: query.currentData === undefined };
}

export function InventoryPage() {
  const inventory = useTexts(inventoryTexts);
  const shell = useTexts(shellTexts);
  const format = useFormat();
  const role = useRole();
  const { view, set } = useView();
  const { query, forAll, products, onNearEnd, outdated } = useProducts(view);
  const { data: report } = useReportStockValueQuery({});
  const total = query.hasNextPage || !products ? totalOf(view, report) : products.length;
  const selection = useSelection(products ?? []);
  const adjustment = useBulkAdjustment();
  const [adjusting, setAdjusting] = useState(false);
  const canBook = hasRole(role, 'staff');
  const closeAdjustment = () => {
    selection.drop(adjustment.finish());
    setAdjusting(false);
  };
  return (
    <Page title={shell.navigation.inventory} actions={<ListActions view={view} />}
      lead={report && inventory.lead(format.number(report.products), format.number(report.units), format.money(report.valueAtPrice))}>
      <Card flush>
        <Toolbar view={view} set={set} />
        <Loaded query={forAll} skeleton={<TableSkeleton />} empty={(list) => list.length === 0 && <NoProducts filtered={isFiltered(view)} canAdd={canBook} onClear={() => set(NO_FILTER)} />}>
          {(list) => (
            <InventoryTable
              products={list} total={total} view={view} busy={outdated} selection={canBook ? selection : undefined}
              onSort={(sort) => set({ sort })} onNearEnd={onNearEnd} more={<MoreRows query={query} />}
            />
          )}
        </Loaded>
        <div className={styles.foot}>
          {products && <LoadedCount count={products.length} total={total} more={query.hasNextPage} />}
          {canBook && <SelectionBar count={selection.count} onAdjust={() => setAdjusting(true)} onClear={selection.clear} />}
        </div>
      </Card>
      {adjusting && <AdjustmentDialog products={selection.products()} adjustment={adjustment} onClose={closeAdjustment} />}
    </Page>
  );
}

function TableSkeleton() {
  return <div className={styles.skeleton}>{Array.from({ length: 10 }, (_, i) => <Skeleton key={i} height={48} />)}</div>;
}

function NoProducts({ filtered, canAdd, onClear }: { filtered: boolean; canAdd: boolean; onClear: () => void }) {
  const inventory = useTexts(inventoryTexts);
  if (filtered) {
    return <Empty icon={IconSearchOff} title={inventory.noMatchTitle} text={inventory.noMatch} action={<Button variant="default" onClick={onClear}>{inventory.clearFilters}</Button>} />;
  }
  return (
    <Empty icon={IconPackage} title={inventory.emptyTitle} text={inventory.empty}
      action={canAdd && <Button component={Link} prefetch={false} href="/products?new=product">{inventory.addProduct}</Button>} />
  );
}
