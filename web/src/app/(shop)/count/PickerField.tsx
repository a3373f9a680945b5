'use client';
import { TextInput } from '@mantine/core';
import { IconBarcode } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Product } from '@/api';
import { useLoaded } from '@/components/shell/useLoaded';
import { useTexts } from '@/format/LocaleProvider';
import { pickerTexts } from '@/texts/picker';

const get = () => import('@/components/product/ProductPicker');

interface Props {
  label: string;
  /** That is being counted. When it changes, the field begins anew; focused, when what was picked is counted. */
  product: string | undefined;
  onPick: (product: Product) => void;
}

/** The field that products are picked with. Its list is fetched when one goes to it; what is typed meanwhile is kept. */
export function PickerField({ label, product, onPick }: Props) {
  const picker = useTexts(pickerTexts);
  const [loaded, load] = useLoaded(get);
  const [typed, setTyped] = useState('');
  const [focused, setFocused] = useState(false);
  const [picked, setPicked] = useState(false);
  // The list has taken it over by then, and begins without it the next time.
  useEffect(() => { if (loaded) setTyped(''); }, [loaded]);
  const pick = (chosen: Product) => {
    setFocused(false);
    setPicked(true);
    onPick(chosen);
  };
  if (loaded) return <loaded.ProductPicker key={product ?? ''} label={label} onPick={pick} autoFocus={focused || (picked && product === undefined)} initialText={typed} />;
  return (
    <TextInput
      label={label} placeholder={picker.placeholder} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} leftSection={<IconBarcode size={18} aria-hidden />}
      onFocus={() => { setFocused(true); void load(); }} onBlur={() => setFocused(false)} onPointerEnter={() => void load()} autoCapitalize="off" autoCorrect="off" spellCheck={false} autoComplete="off" enterKeyHint="search"
    />
  );
}
