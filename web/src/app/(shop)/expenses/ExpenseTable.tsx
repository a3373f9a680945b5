'use client';
import { ActionIcon } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import type { Expense } from '@/api';
import table from '@/components/page/table.module.css';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { expensesTexts } from '@/texts/expenses';
import styles from './ExpenseTable.module.css';

interface Props {
  expenses: Expense[];
  /** For those who may. */
  onEdit?: (expense: Expense) => void;
  onVoid?: (expense: Expense) => void;
}

export function ExpenseTable({ expenses, onEdit, onVoid }: Props) {
  const texts = useTexts(expensesTexts);
  const format = useFormat();
  return (
    <div className={table.scroll} tabIndex={0} role="group" aria-label={texts.listTitle}>
      <table className={table.table}>
        <caption className="visually-hidden">{texts.listTitle}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.date}</th><th scope="col">{texts.category}</th><th scope="col" className={table.figure}>{texts.amount}</th>
            <th scope="col" className={table.wideOnly}>{texts.note}</th><th scope="col" className={table.wideOnly}>{texts.by}</th>
            {onEdit && <th scope="col"><span className="visually-hidden">{texts.actions}</span></th>}
          </tr>
        </thead>
        <tbody>
          {expenses.map((expense) => {
            const { expenseId, category, amount, date, note, user } = expense;
            const name = texts.entry(category, format.money(amount), format.day(date));
            return (
              <tr key={expenseId}>
                <th scope="row" className={table.nowrap}>{format.day(date)}</th>
                <td className={styles.category}>{category}{note && <span className={styles.noteBelow}>{note}</span>}</td>
                <td className={`${table.figure} ${styles.amount}`}>{format.money(amount)}</td>
                <td className={`${table.wideOnly} ${styles.note}`}>{note}</td>
                <td className={`${table.wideOnly} ${table.nowrap}`}>{user?.name ?? texts.system}</td>
                {onEdit && (
                  <td className={styles.actions}>
                    <ActionIcon variant="subtle" color="gray" size={32} aria-label={texts.edit(name)} onClick={() => onEdit(expense)}><IconPencil size={18} aria-hidden /></ActionIcon>
                    <ActionIcon variant="subtle" color="gray" size={32} aria-label={texts.void(name)} onClick={() => onVoid?.(expense)}><IconTrash size={18} aria-hidden /></ActionIcon>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
