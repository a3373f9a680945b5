'use client';
import { Button, NativeSelect, Skeleton } from '@mantine/core';
import { skipToken } from '@reduxjs/toolkit/query';
import { IconPlus, IconReceipt2 } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useExpensePagesInfiniteQuery, useReportExpensesQuery, useSummariseExpensesQuery, type Expense, type ExpenseReport } from '@/api';
import { useRole } from '@/api/useRole';
import { CategoryBars } from '@/components/charts/CategoryBars';
import { useDialog } from '@/components/forms/useDialog';
import { Card } from '@/components/page/Card';
import { ExportButton } from '@/components/page/ExportButton';
import { LoadMore } from '@/components/page/LoadMore';
import { Page } from '@/components/page/Page';
import { useAddressDialog } from '@/components/page/useAddressDialog';
import { useQueryState } from '@/components/page/useQueryState';
import { PeriodChart } from '@/components/range/PeriodChart';
import { reportArg } from '@/components/range/range';
import { RangePicker } from '@/components/range/RangePicker';
import { useRange } from '@/components/range/useRange';
import { hasRole } from '@/components/shell/navigation';
import { Empty } from '@/components/states/Empty';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { expensesTexts } from '@/texts/expenses';
import { entriesArg, summaryArg } from './args';
import styles from './ExpensesPage.module.css';
import { ExpenseTable } from './ExpenseTable';

const ExpenseForm = dynamic(() => import('./ExpenseForm'), { ssr: false });
const VoidDialog = dynamic(() => import('./VoidDialog'), { ssr: false });

export function ExpensesPage() {
  const expenses = useTexts(expensesTexts);
  const { params, set } = useQueryState();
  const { range, today, setRange } = useRange();
  const category = params.get('category') ?? undefined;
  const entries = range && entriesArg(range, category);
  const report = useReportExpensesQuery(range ? reportArg(range) : skipToken);
  const summary = useSummariseExpensesQuery(range ? summaryArg(range) : skipToken);
  const pages = useExpensePagesInfiniteQuery(entries ?? skipToken);
  const entry = useAddressDialog('new');
  const editing = useDialog<Expense>();
  const voiding = useDialog<Expense>();
  const mayBook = hasRole(useRole(), 'staff');
  if (!range || !today) return <Page title={expenses.title}><Skeleton h={480} /></Page>;
  const all = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const categories = [...new Set([...(summary.data?.categories.map((each) => each.category) ?? []), ...(category ? [category] : [])])].sort();
  const add = mayBook && <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => entry.open('expense')}>{expenses.add}</Button>;
  const empty = category
    ? <Empty icon={IconReceipt2} title={expenses.emptyTitle} text={expenses.emptyOfCategory} action={<Button variant="default" onClick={() => set({ category: undefined })}>{expenses.allCategories}</Button>} />
    : <Empty icon={IconReceipt2} title={expenses.emptyTitle} text={expenses.empty} action={add} />;
  return (
    <Page title={expenses.title} actions={<><ExportButton url="/expenses/entries" params={{ ...entries, limit: undefined }} />{add}</>}>
      <div className={styles.filter}>
        <RangePicker value={range} today={today} onChange={setRange} />
        <NativeSelect
          className={styles.category} label={expenses.category} value={category ?? ''} data={[{ value: '', label: expenses.allCategories }, ...categories]}
          onChange={(event) => set({ category: event.currentTarget.value })}
        />
      </div>
      <div className={styles.charts}>
        <PeriodChart title={expenses.chartTitle} caption={expenses.chart} series={expenses.series} color={1} query={report} range={range} note={category && expenses.allOfThem} />
        <Categories query={summary} />
      </div>
      <Card title={expenses.listTitle} flush>
        <Loaded query={pages} skeleton={<Skeleton h={420} m={20} w="auto" />} empty={() => all.length === 0 && empty}>
          {() => (
            <>
              <ExpenseTable expenses={all} onEdit={mayBook ? editing.open : undefined} onVoid={mayBook ? voiding.open : undefined} />
              <LoadMore query={pages} />
            </>
          )}
        </Loaded>
      </Card>
      {entry.value && mayBook && <ExpenseForm today={today} categories={categories} onClose={entry.close} />}
      {editing.shown && <ExpenseForm expense={editing.shown} today={today} categories={categories} onClose={editing.close} />}
      {voiding.shown && <VoidDialog expense={voiding.shown} onClose={voiding.close} />}
    </Page>
  );
}

interface Summary { data?: ExpenseReport; currentData?: ExpenseReport; error?: unknown; isFetching: boolean; refetch: () => unknown }

function Categories({ query }: { query: Summary }) {
  const expenses = useTexts(expensesTexts);
  const format = useFormat();
  return (
    <Card title={expenses.categoriesTitle}>
      <Loaded query={query} skeleton={<Skeleton h={280} />} empty={({ categories }) => categories.length === 0 && <p className={styles.none}>{expenses.emptyTitle}</p>}>
        {({ categories }) => (
          <CategoryBars caption={expenses.categoriesCaption} head={[expenses.category, expenses.amount]} items={categories.map(({ category, amount }) => ({ label: category, value: amount }))} format={format.money} />
        )}
      </Loaded>
    </Card>
  );
}
