'use client';
import { ActionIcon, Button, CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconMinus, IconPlus } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import { AmountInput } from '../forms/AmountInput';
import { QuantityInput } from '../forms/QuantityInput';
import { ProductImage } from '../product/ProductImage';
import type { DocumentTexts } from './DocumentsPage';
import { amountOf, exceedsStock, type DraftLine } from './draft';
import styles from './LineRow.module.css';
import { quantityFieldId } from './LinesEditor';

interface Props {
  texts: DocumentTexts;
  line: DraftLine;
  unitDecimals: number;
  outgoing: boolean;
  latest: boolean;
  complaints: { product?: string; quantity?: string; unit?: string };
  readOnly: boolean;
  onChange: (change: { quantity?: number; unit?: number }) => void;
  onRemove: () => void;
  onDone: () => void;
}

const numberOf = (value: number | '') => (value === '' ? undefined : value);

export function LineRow({ texts, line, unitDecimals, outgoing, latest, complaints, readOnly, onChange, onRemove, onDone }: Props) {
  const documents = useTexts(documentsTexts);
  const format = useFormat();
  const { product: { name, sku, imageUrl, stockQuantity }, unit } = line;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onDone();
  };
  return (
    <li className={styles.line} data-latest={latest || undefined}>
      <div className={styles.image}><ProductImage url={imageUrl} size={40} /></div>
      <div className={styles.product}>
        <span className={styles.name}>{name}</span>
        <span className={styles.stock}>{[sku, documents.inStock(format.number(stockQuantity))].filter(Boolean).join(' · ')}</span>
        {complaints.product && <span className={styles.complaint} role="alert">{complaints.product}</span>}
      </div>
      <Quantity line={line} complaint={complaints.quantity} readOnly={readOnly} onChange={(quantity) => onChange({ quantity })} onKeyDown={onKeyDown} />
      <AmountInput
        className={styles.unit} aria-label={texts.unitOf(name)} value={unit ?? ''} onChange={(value) => onChange({ unit: numberOf(value) })} readOnly={readOnly} error={complaints.unit}
        cents={unitDecimals === 2} onFocus={(event) => event.currentTarget.select()} onKeyDown={onKeyDown}
      />
      <span className={styles.amount}>{format.money(amountOf(line))}</span>
      <CloseButton className={styles.remove} aria-label={documents.remove(name)} onClick={onRemove} disabled={readOnly} />
      {outgoing && exceedsStock(line) && (
        <div className={styles.exceeds} role="status">
          <IconAlertTriangle size={16} aria-hidden />{documents.exceeds(format.number(stockQuantity))}
          <Button size="compact-sm" variant="default" disabled={readOnly} onClick={() => (stockQuantity > 0 ? onChange({ quantity: stockQuantity }) : onRemove())}>
            {stockQuantity > 0 ? documents.setTo(format.number(stockQuantity)) : documents.takeOut}
          </Button>
        </div>
      )}
    </li>
  );
}

interface QuantityProps {
  line: DraftLine;
  complaint: string | undefined;
  readOnly: boolean;
  onChange: (quantity: number | undefined) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function Quantity({ line: { product: { name, productId }, quantity }, complaint, readOnly, onChange, onKeyDown }: QuantityProps) {
  const documents = useTexts(documentsTexts);
  const now = quantity ?? 0;
  return (
    <div className={styles.quantity}>
      <ActionIcon variant="default" size={36} aria-label={documents.fewer(name)} disabled={readOnly || now <= 1} onClick={() => onChange(now - 1)}><IconMinus size={16} aria-hidden /></ActionIcon>
      <QuantityInput
        id={quantityFieldId(productId)} aria-label={documents.quantityOf(name)} value={quantity ?? ''} onChange={(value) => onChange(numberOf(value))} readOnly={readOnly} error={complaint}
        onFocus={(event) => event.currentTarget.select()} onKeyDown={onKeyDown}
      />
      <ActionIcon variant="default" size={36} aria-label={documents.more(name)} disabled={readOnly} onClick={() => onChange(now + 1)}><IconPlus size={16} aria-hidden /></ActionIcon>
    </div>
  );
}
