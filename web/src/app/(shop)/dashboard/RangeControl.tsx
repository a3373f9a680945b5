'use client';
// Which days the dashboard shows: one of the usual ranges, or two days.
import { Button, SegmentedControl } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import { IconCalendar } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useRef, useState, type KeyboardEvent } from 'react';
import { presetRange, type Days, type Preset, type Range } from '@/components/range/range';
import { isoDay } from '@/format/format';
import { useTexts } from '@/format/LocaleProvider';
import { dashboardTexts } from '@/texts/dashboard';
import styles from './dashboard.module.css';

/** Of one day there is no curve to see; its sales are a page of their own. */
const PRESETS = ['7', '30', '90', 'year'] as const satisfies readonly Preset[];

const DaysForm = dynamic(() => import('./DaysForm'), { ssr: false });

interface Props {
  range: Range;
  /** The business's. */
  today: string;
  onChange: (range: Range) => void;
}

export function RangeControl({ range, today, onChange }: Props) {
  const dashboard = useTexts(dashboardTexts);
  return (
    <div className={styles.range}>
      <SegmentedControl
        aria-label={dashboard.rangeLabel} value={range.preset ?? ''} data={PRESETS.map((value) => ({ value, label: dashboard.presets[value] }))}
        onChange={(value) => onChange(presetRange(value as Preset, today))}
      />
      <ChosenDays range={range} today={isoDay(today)} onChosen={onChange} />
    </div>
  );
}

function ChosenDays({ range, today, onChosen }: { range: Range; today: string; onChosen: (days: Days) => void }) {
  const dashboard = useTexts(dashboardTexts);
  const [open, setOpen] = useState(false);
  const place = useClickOutside<HTMLDivElement>(() => setOpen(false));
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => { if (event.key === 'Escape' && open) close(); };
  return (
    <div className={styles.chosen} ref={place} onKeyDown={onKeyDown}>
      <Button ref={button} variant="default" leftSection={<IconCalendar size={16} aria-hidden />} aria-expanded={open} onClick={() => setOpen(!open)}>{dashboard.chooseDays}</Button>
      {open && <DaysForm range={range} today={today} onChosen={(days) => { onChosen(days); close(); }} />}
    </div>
  );
}
