'use client';
import { Combobox, Loader, ScrollArea, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconBarcode } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useListProductsQuery, type Product } from '@/api';
import { wordsOf } from '@/api/problem';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { pickerTexts } from '@/texts/picker';
import { statesTexts } from '@/texts/states';
import { ProductImage } from './ProductImage';
import styles from './ProductPicker.module.css';
import { useCodeLookup, type Missed } from './useCodeLookup';

interface Props {
  label: string;
  onPick: (product: Product) => void;
  autoFocus?: boolean;
  disabled?: boolean;
  /** Enter in the empty field, but not the second one that some scanners send. */
  onEnterEmpty?: () => void;
  /** Whether codes are being looked up: what they are of is not picked yet. */
  onBusy?: (busy: boolean) => void;
  inputRef?: RefObject<HTMLInputElement | null>;
  /** What was typed before this was loaded. */
  initialText?: string;
}

const MOST_OPTIONS = 8;
const LONGEST_SEARCH = 200;
/** A scanner that ends its codes with two line ends sends them within this. */
const SCANNER_MS = 400;

/** Finds a product by its name as one types, or by its code at Enter, as a scanner sends it. Empty and focused after a pick. */
export function ProductPicker({ label, onPick, autoFocus, disabled, onEnterEmpty, onBusy, inputRef, initialText = '' }: Props) {
  const picker = useTexts(pickerTexts);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const ownRef = useRef<HTMLInputElement>(null);
  const input = inputRef ?? ownRef;
  const lastCode = useRef(-Infinity);
  const [text, setText] = useState(initialText);
  const [missed, setMissed] = useState<Missed>();
  const [searched] = useDebouncedValue(text.trim().slice(0, LONGEST_SEARCH), 200);
  const search = useListProductsQuery({ search: searched, limit: MOST_OPTIONS, sort: 'name' }, { skip: searched === '' });
  const products = searched !== '' && text.trim() !== '' ? search.currentData : undefined;
  const { lookUp, busy } = useCodeLookup(onPick, (each) => {
    setMissed(each);
    setText((typed) => typed || each.code);
    combobox.openDropdown();
  });

  // What was not found stays to be read and mended; the next scan types over it.
  useEffect(() => { if (missed && input.current?.value === missed.code) input.current.select(); }, [missed, input]);
  useEffect(() => onBusy?.(busy), [busy, onBusy]);

  const change = (value: string) => {
    setText(value);
    setMissed(undefined);
    combobox.resetSelectedOption();
    combobox.openDropdown();
  };
  const pick = (productId: string) => {
    const product = products?.find((each) => each.productId === productId);
    change('');
    combobox.closeDropdown();
    input.current?.focus();
    if (product) onPick(product);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    event.preventDefault(); // the form around it is not sent by a scan
    if (combobox.dropdownOpened && combobox.getSelectedOptionIndex() !== -1) return; // the list picks it
    const code = text.trim();
    if (code) {
      lastCode.current = event.timeStamp;
      change('');
      combobox.closeDropdown();
      lookUp(code);
    } else if (event.timeStamp - lastCode.current > SCANNER_MS) onEnterEmpty?.();
  };

  const states = useTexts(statesTexts);
  const wordOf = ({ code, failure }: Missed) => (failure ? picker.notLookedUp(code, wordsOf(failure, states).detail) : picker.unknown(code));
  const isSettled = missed && (missed.failure || missed.code !== text.trim() || search.isError || products?.length === 0);
  const complaint = isSettled ? wordOf(missed) : undefined;
  return (
    <Combobox store={combobox} onOptionSubmit={pick} withinPortal shadow="md">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          ref={input} label={label} placeholder={picker.placeholder} value={text} disabled={disabled} autoFocus={autoFocus} data-autofocus={autoFocus || undefined}
          onChange={(event) => change(event.currentTarget.value)} onKeyDown={onKeyDown} onFocus={() => text && combobox.openDropdown()} onBlur={() => combobox.closeDropdown()}
          leftSection={<IconBarcode size={18} aria-hidden />} rightSection={busy || search.isFetching ? <Loader size={16} aria-label={picker.looking} /> : null}
          error={complaint} errorProps={{ role: 'alert' }} autoCapitalize="off" autoCorrect="off" spellCheck={false} enterKeyHint="search"
        />
      </Combobox.Target>
      <span className="visually-hidden" role="status">{products && products.length > 0 ? picker.found(products.length) : ''}</span>
      <Combobox.Dropdown hidden={!products || Boolean(complaint)}>
        <Combobox.Options aria-label={label}>
          <ScrollArea.Autosize mah={360} type="scroll">
            {products?.map((product) => <ProductOption key={product.productId} product={product} />)}
            {products?.length === 0 && <Combobox.Empty>{picker.nothing(searched)}</Combobox.Empty>}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function ProductOption({ product: { productId, name, sku, price, stockQuantity, imageUrl } }: { product: Product }) {
  const picker = useTexts(pickerTexts);
  const format = useFormat();
  return (
    <Combobox.Option value={productId} className={styles.option}>
      <ProductImage url={imageUrl} size={36} />
      <span className={styles.words}><span className={styles.name}>{name}</span><span className={styles.sku}>{sku}</span></span>
      <span className={styles.figures}>
        <span>{format.money(price)}</span>
        <span className={stockQuantity > 0 ? styles.stock : styles.none}>{stockQuantity > 0 ? picker.stock(format.number(stockQuantity)) : picker.noStock}</span>
      </span>
    </Combobox.Option>
  );
}
