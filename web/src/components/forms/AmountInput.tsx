'use client';
import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';
import { readAmount } from '@/format/amount';
import { useFormat } from '@/format/LocaleProvider';

interface Props extends Omit<TextInputProps, 'value' | 'defaultValue' | 'onChange'> {
  /** NaN when what stands there is no number. */
  value: number | '';
  onChange: (value: number | '') => void;
  /** Written with two decimals, whatever they are. */
  cents?: boolean;
}

const FOREIGN = /[^\d.,'’\s]/g;

/** For money, costs and ratings: takes what people of the locale write, grouped or not, and writes it out as they do when they leave it. */
export function AmountInput({ value, onChange, onBlur, cents = false, ...props }: Props) {
  const format = useFormat();
  const [typed, setTyped] = useState<{ text: string; value: number | '' }>();
  const written = value === '' || Number.isNaN(value) ? '' : format.inField(value, cents);
  return (
    <TextInput
      {...props} inputMode="decimal" autoComplete="off" value={typed && Object.is(typed.value, value) ? typed.text : written}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value.replace(FOREIGN, '');
        const read = readAmount(text, format.groupSeparator());
        setTyped({ text, value: read });
        onChange(read);
      }}
      onBlur={(event) => {
        if (!Number.isNaN(value)) setTyped(undefined);
        onBlur?.(event);
      }}
    />
  );
}
