'use client';
import { Autocomplete, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useEffect } from 'react';
import { Controller, useForm } from 'react-hook-form';
import type { Expense } from '@/api';
import { complaintAbout } from '@/api/problem';
import { AmountInput } from '@/components/forms/AmountInput';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { FormDrawer, type DrawerForm } from '@/components/forms/FormDrawer';
import { notifyDone } from '@/components/page/notify';
import { addDays } from '@/format/format';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { expensesTexts } from '@/texts/expenses';
import { statesTexts } from '@/texts/states';
import { expenseSchema, valuesOf, type ExpenseValues } from './expenseFields';
import { ExpenseConflict } from './ExpenseConflict';
import { useSaveExpense } from './useSaveExpense';

interface Props {
  /** To edit; without it, a new one. */
  expense?: Expense;
  today: string;
  /** To choose of. */
  categories: string[];
  onClose: () => void;
}

const POINTERS = ['/category', '/amount', '/date', '/note'];

export default function ExpenseForm({ onClose, ...entry }: Props) {
  const expenses = useTexts(expensesTexts);
  return <FormDrawer onClose={onClose} title={entry.expense ? expenses.editTitle : expenses.newTitle}>{(drawer) => <EntryForm drawer={drawer} {...entry} />}</FormDrawer>;
}

function EntryForm({ drawer, expense, today, categories }: Omit<Props, 'onClose'> & { drawer: DrawerForm }) {
  const expenses = useTexts(expensesTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const { control, register, handleSubmit, getValues, reset, formState: { errors, isDirty } } = useForm<ExpenseValues>({ resolver: zodResolver(expenseSchema(expenses)), defaultValues: valuesOf(expense, today) });
  const { save, saveOver, takeTheirs, forget, busy, failure, uncertain, conflict } = useSaveExpense(expense);
  const { setDirty, setCovered, leave, finish } = drawer;
  useEffect(() => setDirty(isDirty), [isDirty, setDirty]);
  useEffect(() => setCovered(conflict !== undefined), [conflict, setCovered]);
  const submitBy = (how: typeof save) => handleSubmit(async (values) => {
    const saved = await how(values);
    if (!saved) return;
    notifyDone((expense ? expenses.saved : expenses.booked)(saved.category, format.money(saved.amount)));
    finish();
  });
  const errorOf = (name: keyof ExpenseValues) => errors[name]?.message ?? complaintAbout(failure, `/${name}`);
  return (
    <>
      <form noValidate onSubmit={submitBy(save)}>
        <Stack>
          <Controller name="category" control={control} render={({ field }) => (
            <Autocomplete {...field} label={expenses.category} data={categories} maxLength={100} error={errorOf('category')} readOnly={uncertain} openOnFocus={false} data-autofocus required withAsterisk={false} />
          )} />
          <Controller name="amount" control={control} render={({ field }) => (
            <AmountInput {...field} cents label={expenses.amount} error={errorOf('amount')} readOnly={uncertain} required withAsterisk={false} />
          )} />
          <TextInput type="date" label={expenses.date} max={addDays(today, 0)} error={errorOf('date')} readOnly={uncertain} required withAsterisk={false} {...register('date')} />
          <Textarea label={expenses.noteOptional} maxLength={1000} autosize minRows={2} error={errorOf('note')} readOnly={uncertain} {...register('note')} />
          {!conflict && <FailureNotice failure={failure} shown={POINTERS} once={!expense} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>{states.cancel}</Button>
            <Button type="submit" loading={busy}>{uncertain ? states.retry : expense ? states.save : expenses.book}</Button>
          </Group>
        </Stack>
      </form>
      {conflict && (
        <ExpenseConflict
          mine={getValues()} theirs={conflict} busy={busy} onKeepMine={submitBy(saveOver)} onClose={forget}
          onTakeTheirs={() => { reset(valuesOf(conflict, today)); takeTheirs(); }}
        />
      )}
    </>
  );
}
