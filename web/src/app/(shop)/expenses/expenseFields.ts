// What an expense's form has, and what can be told of it before it is sent.
import { z } from 'zod/mini';
import type { Expense, NewExpense } from '@/api';
import { isoDay } from '@/format/format';
import type { Texts } from '@/texts';

export interface ExpenseValues {
  category: string;
  /** Empty as long as nothing is typed. */
  amount: number | '';
  date: string;
  note: string;
}

const hasCents = (amount: number | '') => amount !== '' && amount >= 0.01 && Number(amount.toFixed(2)) === amount;

export const expenseSchema = ({ needCategory, needAmount, needDate }: Texts['expenses']) => z.object({
  category: z.string().check(z.trim(), z.minLength(1, needCategory)),
  amount: z.union([z.number(needAmount), z.literal('')]).check(z.refine(hasCents, needAmount)),
  date: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/, needDate)),
  note: z.string(),
});

export const valuesOf = (expense: Expense | undefined, today: string): ExpenseValues => ({
  category: expense?.category ?? '', amount: expense?.amount ?? '', date: isoDay(expense?.date ?? today), note: expense?.note ?? '',
});

export const bodyOf = ({ category, amount, date, note }: ExpenseValues): NewExpense => ({ category: category.trim(), amount: Number(amount), date, note: note.trim() || null });
