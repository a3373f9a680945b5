'use client';
// The page of sales and that of purchases: filter, chart, table, and what can be done.
import { Button, Skeleton } from '@mantine/core';
import { IconPlus, type Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Page as ApiPage, ReportPeriod } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import type { Texts } from '@/texts';
import { documentsTexts } from '@/texts/documents';
import { Card } from '../page/Card';
import { ExportButton } from '../page/ExportButton';
import { LoadMore } from '../page/LoadMore';
import { Page } from '../page/Page';
import { PeriodChart } from '../range/PeriodChart';
import type { Range } from '../range/range';
import { RangePicker } from '../range/RangePicker';
import { Empty } from '../states/Empty';
import { Loaded } from '../states/Loaded';
import type { BookedDocument } from './document';
import { DocumentTable } from './DocumentTable';
import styles from './DocumentsPage.module.css';
import { ProductFilter } from './ProductFilter';

/** What a page of sales says; that of purchases says as much. */
export type DocumentTexts = Texts['sales'];

interface Report { data?: ReportPeriod[]; currentData?: ReportPeriod[]; error?: unknown; isFetching: boolean; refetch: () => unknown }
interface List<T> {
  data?: { pages: ApiPage<T>[] };
  currentData?: { pages: ApiPage<T>[] };
  error?: unknown;
  isFetching: boolean;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

interface Props<T> {
  texts: DocumentTexts;
  icon: Icon;
  color: 1 | 2;
  /** Of the API's list. */
  url: string;
  view: { range: Range; today: string; setRange: (range: Range) => void; productId: string | undefined; setProduct: (productId: string | undefined) => void };
  report: Report;
  list: List<T>;
  documentOf: (item: T) => BookedDocument;
  withSupplier?: boolean;
  mayBook: boolean;
  onAdd: () => void;
  onOpen: (id: string) => void;
  /** What is open over the page. */
  children: ReactNode;
}

export function DocumentsPage<T>({ texts, icon, color, url, view, report, list, documentOf, withSupplier, mayBook, onAdd, onOpen, children }: Props<T>) {
  const words = useTexts(documentsTexts);
  const { range, today, setRange, productId, setProduct } = view;
  const all = list.data?.pages.flatMap(({ items }) => items.map(documentOf)) ?? [];
  const productName = all.flatMap(({ lines }) => lines).find((line) => line.productId === productId)?.productName;
  const add = mayBook && <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={onAdd}>{texts.add}</Button>;
  const empty = productId
    ? <Empty icon={icon} title={texts.emptyTitle} text={texts.emptyOfProduct} action={<Button variant="default" onClick={() => setProduct(undefined)}>{words.clearFilter}</Button>} />
    : <Empty icon={icon} title={texts.emptyTitle} text={texts.empty} action={add} />;
  return (
    <Page title={texts.title} actions={<><ExportButton url={url} params={{ from: range.from, to: range.to, productId }} />{add}</>}>
      <div className={styles.filter}>
        <RangePicker value={range} today={today} onChange={setRange} />
        <ProductFilter productId={productId} name={productName} onChange={setProduct} />
      </div>
      <PeriodChart title={texts.chartTitle} caption={texts.chart} series={texts.series} color={color} query={report} range={range} note={productId && words.allProducts} />
      <Card title={texts.listTitle} flush>
        <Loaded query={list} skeleton={<Skeleton h={420} m={20} w="auto" />} empty={() => all.length === 0 && empty}>
          {() => (
            <>
              <DocumentTable caption={texts.listTitle} documents={all} withSupplier={withSupplier} openLabel={texts.open} onOpen={onOpen} />
              <LoadMore query={list} />
            </>
          )}
        </Loaded>
      </Card>
      {children}
    </Page>
  );
}
