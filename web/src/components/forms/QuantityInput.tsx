'use client';
import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useFormat } from '@/format/LocaleProvider';

interface Props extends Omit<NumberInputProps, 'value' | 'defaultValue' | 'onChange'> {
  value: number | '';
  onChange: (value: number | '') => void;
}

/** For whole numbers from 0 on. */
export function QuantityInput({ onChange, ...props }: Props) {
  const { decimalSeparator, groupSeparator } = useFormat();
  return (
    <NumberInput
      {...props} onChange={(value) => onChange(value === '' ? '' : Number(value))} min={0} allowNegative={false} allowDecimal={false} hideControls inputMode="numeric"
      decimalSeparator={decimalSeparator()} thousandSeparator={groupSeparator()}
    />
  );
}
