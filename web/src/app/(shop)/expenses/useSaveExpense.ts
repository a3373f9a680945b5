'use client';
import { useCallback, useState } from 'react';
import { useCreateExpenseMutation, useUpdateExpenseMutation, type Expense } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf, type Failure } from '@/api/problem';
import { useBooking } from '@/components/forms/useBooking';
import { useSubmission } from '@/components/forms/useSubmission';
import { bodyOf, valuesOf, type ExpenseValues } from './expenseFields';

const isExpense = (current: unknown): current is Expense => typeof current === 'object' && current !== null && 'expenseId' in current && 'version' in current;

/** The entry as somebody else has left it, of a refusal. */
export const changedExpense = (failure: Failure | undefined) => (failure?.status === 412 && isExpense(failure.current) ? failure.current : undefined);

const says = (expense: Expense, values: ExpenseValues) => JSON.stringify(bodyOf(valuesOf(expense, expense.date))) === JSON.stringify(bodyOf(values));

/** A new one, booked once. */
function useNewExpense() {
  const [create] = useCreateExpenseMutation();
  const { book, busy, failure, uncertain, forget } = useBooking(useCallback(
    (values: ExpenseValues, key: string) => create({ 'Idempotency-Key': key, newExpense: bodyOf(values) }).unwrap(), [create],
  ));
  return { save: book, saveOver: book, takeTheirs: forget, forget, busy, failure, conflict: undefined, uncertain };
}

/** An edit, over the version that was seen. */
function useExpenseEdit(expense: Expense | undefined) {
  const [update] = useUpdateExpenseMutation();
  const [base, setBase] = useState(expense);
  const { submit, busy, failure, forget } = useSubmission(useCallback(async ({ values, over }: { values: ExpenseValues; over: Expense | undefined }) => {
    if (!over) return undefined;
    try {
      return await update({ expenseId: over.expenseId, 'If-Match': entityTag(over), expenseChange: bodyOf(values) }).unwrap();
    } catch (error) {
      // The answer to the same edit was lost before: it is one's own that is there.
      const there = changedExpense(failureOf(error));
      if (there && says(there, values)) return there;
      throw error;
    }
  }, [update]));
  const conflict = changedExpense(failure);
  return {
    save: (values: ExpenseValues) => submit({ values, over: base }),
    /** After a conflict, over what is there now. */
    saveOver: (values: ExpenseValues) => submit({ values, over: conflict ?? base }),
    takeTheirs: () => {
      if (conflict) setBase(conflict);
      forget();
    },
    forget, busy, failure, conflict, uncertain: false,
  };
}

export function useSaveExpense(expense: Expense | undefined) {
  const created = useNewExpense();
  const edited = useExpenseEdit(expense);
  return expense ? edited : created;
}
