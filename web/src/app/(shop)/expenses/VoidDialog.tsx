'use client';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useVoidExpenseMutation, type Expense } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { notifyDone } from '@/components/page/notify';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { expensesTexts } from '@/texts/expenses';
import { statesTexts } from '@/texts/states';
import { changedExpense } from './useSaveExpense';

/** Asks before an expense is voided; once more when somebody else has changed it meanwhile. */
export default function VoidDialog({ expense, onClose }: { expense: Expense; onClose: () => void }) {
  const expenses = useTexts(expensesTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const [voidExpense, { error, isLoading }] = useVoidExpenseMutation();
  const [seen, setSeen] = useState(expense);
  const failure = failureOf(error);
  const changed = changedExpense(failure);
  const written = ({ category, amount, date }: Expense) => expenses.entry(category, format.money(amount), format.day(date));
  const confirm = async () => {
    const result = await voidExpense({ expenseId: seen.expenseId, 'If-Match': entityTag(seen) });
    const now = changedExpense(failureOf(result.error));
    if (now) setSeen(now);
    if (result.error) return;
    notifyDone(expenses.voided);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={expenses.voidTitle} closeButtonProps={{ 'aria-label': states.close }}>
      <Stack>
        <Text fw={600}>{written(expense)}</Text>
        <Text size="sm">{expenses.voidText}</Text>
        {changed ? <Alert role="alert" color="yellow" title={expenses.voidNow(written(changed))} /> : <FailureNotice failure={failure} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>{states.cancel}</Button>
          <Button color="red.9" onClick={confirm} loading={isLoading}>{expenses.voidIt}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
