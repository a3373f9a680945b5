'use client';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { isoDay } from '@/format/format';
import { useTexts } from '@/format/LocaleProvider';
import { rangeTexts } from '@/texts/range';
import { PRESETS, presetRange, type Range } from './range';
import styles from './RangePicker.module.css';

interface Props {
  value: Range;
  /** The business's. */
  today: string;
  onChange: (range: Range) => void;
}

const CHOSEN = 'chosen';

export function RangePicker({ value: { from, to, preset }, today, onChange }: Props) {
  const range = useTexts(rangeTexts);
  const latest = isoDay(today);
  const choices = [...PRESETS.map((each) => ({ value: each, label: range.presets[each] })), { value: CHOSEN, label: range.chosen }];
  const choose = (choice: string) => {
    const chosen = PRESETS.find((each) => each === choice);
    onChange(chosen ? presetRange(chosen, today) : { from, to });
  };
  return (
    <div className={styles.range} role="group" aria-label={range.label}>
      <NativeSelect label={range.period} value={preset ?? CHOSEN} data={choices} onChange={(event) => choose(event.currentTarget.value)} />
      <DayInput label={range.from} value={from} latest={latest} onChange={(day) => onChange({ from: day, to: day > to ? day : to })} />
      <DayInput label={range.to} value={to} latest={latest} onChange={(day) => onChange({ from: day < from ? day : from, to: day })} />
    </div>
  );
}

/** What is typed counts once it is a whole day; until then it is not taken away. */
function DayInput({ label, value, latest, onChange }: { label: string; value: string; latest: string; onChange: (day: string) => void }) {
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      type="date" label={label} value={typed ?? value} min="2000-01-01" max={latest} required withAsterisk={false} onBlur={() => setTyped(undefined)}
      onChange={({ currentTarget: { value: day, validity } }) => {
        setTyped(validity.valid ? undefined : day);
        if (validity.valid) onChange(day);
      }}
    />
  );
}
