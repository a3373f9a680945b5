'use client';
import type { Expense } from '@/api';
import { ConflictDialog } from '@/components/forms/ConflictDialog';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { expensesTexts } from '@/texts/expenses';
import { valuesOf, type ExpenseValues } from './expenseFields';

interface Props {
  mine: ExpenseValues;
  theirs: Expense;
  busy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
  onClose: () => void;
}

/** What was entered beside what somebody else has saved. */
export function ExpenseConflict({ mine, theirs, ...dialog }: Props) {
  const expenses = useTexts(expensesTexts);
  const format = useFormat();
  const written = ({ category, amount, date, note }: ExpenseValues) => [category, format.money(Number(amount)), format.day(date), note || expenses.none];
  const [ours, saved] = [written(mine), written(valuesOf(theirs, theirs.date))];
  const labels = [expenses.category, expenses.amount, expenses.date, expenses.note];
  const fields = labels.map((label, i) => ({ label, mine: ours[i] ?? '', theirs: saved[i] ?? '' }));
  return <ConflictDialog opened fields={fields} {...dialog} />;
}
