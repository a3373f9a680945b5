'use client';
import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Days } from '@/components/range/range';
import { useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';

export default function DaysForm({ range, today, onChosen }: { range: Days; today: string; onChosen: (days: Days) => void }) {
  const dashboard = useTexts(dashboardTexts);
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const wrong = from > to;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!wrong) onChosen({ from, to });
  };
  return (
    <form className={styles.days} onSubmit={onSubmit} aria-label={dashboard.chooseDays}>
      <TextInput
        type="date" required withAsterisk={false} label={dashboard.from} value={from} max={today} autoFocus error={wrong && dashboard.order}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput type="date" required withAsterisk={false} label={dashboard.to} value={to} max={today} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button type="submit" fullWidth>{dashboard.apply}</Button>
    </form>
  );
}
