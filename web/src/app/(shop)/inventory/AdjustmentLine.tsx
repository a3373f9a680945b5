'use client';
import { IconAlertTriangle, IconCircleCheck, IconClock, IconHelpCircle, type Icon } from '@tabler/icons-react';
import { useId } from 'react';
import type { Product } from '@/api';
import { wordsOf } from '@/api/problem';
import { StatusPill, type Status } from '@/components/page/StatusPill';
import { ProductImage } from '@/components/product/ProductImage';
import type { Format } from '@/format/format';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import type { Texts } from '@/texts';
import { adjustmentTexts } from '@/texts/inventory';
import { statesTexts } from '@/texts/states';
import styles from './adjustment.module.css';
import type { Outcome } from './useBulkAdjustment';

/** How much comes in or goes out; 0 is none. */
export type Change = number | 'invalid';

interface Props {
  product: Product;
  change: Change;
  /** Undefined while the product has the change of all. */
  typed: string | undefined;
  outcome: Outcome | undefined;
  busy: boolean;
  onType: (text: string) => void;
}

interface Told { status: Status; icon: Icon; text: string }

type Words = Pick<Texts, 'adjustment' | 'states'>;

function tell(outcome: Outcome | undefined, change: Change, after: number, { adjustment, states }: Words, format: Format): Told {
  switch (outcome?.state) {
    case 'sending': return { status: 'neutral', icon: IconClock, text: adjustment.sending };
    case 'booked': return { status: 'good', icon: IconCircleCheck, text: adjustment.booked(format.number(outcome.quantityAfter)) };
    case 'unclear': return { status: 'warn', icon: IconHelpCircle, text: adjustment.unclear };
    case 'refused': return {
      status: 'bad', icon: IconAlertTriangle,
      text: outcome.current
        ? adjustment.notEnough(format.number(outcome.current.stockQuantity))
        : adjustment.refused(outcome.failure.errors[0]?.detail ?? wordsOf(outcome.failure, states).detail),
    };
    default: break;
  }
  if (change === 'invalid') return { status: 'bad', icon: IconAlertTriangle, text: adjustment.invalid };
  if (change === 0) return { status: 'neutral', icon: IconClock, text: adjustment.skipped };
  return after < 0 ? { status: 'warn', icon: IconAlertTriangle, text: adjustment.tooFew } : { status: 'neutral', icon: IconClock, text: adjustment.ready };
}

/** One product: what it has, what changes, and what became of it. */
export function AdjustmentLine({ product, change, typed, outcome, busy, onType }: Props) {
  const adjustment = useTexts(adjustmentTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const id = useId();
  const booked = outcome?.state === 'booked';
  const stock = outcome?.state === 'refused' && outcome.current ? outcome.current.stockQuantity : product.stockQuantity;
  const after = stock + (change === 'invalid' ? 0 : change);
  const { status, icon, text } = tell(outcome, change, after, { adjustment, states }, format);
  return (
    <li className={styles.line}>
      <ProductImage url={product.imageUrl} size={32} />
      <span className={styles.name}>{product.name}{product.sku && <span className={styles.sku}>{product.sku}</span>}</span>
      <span className={styles.stock}>
        {booked ? adjustment.stockNow(format.number(outcome.quantityAfter)) : adjustment.stockThen(format.number(stock), format.number(after))}
      </span>
      <input
        className={styles.change} inputMode="text" aria-label={adjustment.changeOf(product.name)} aria-describedby={id} aria-invalid={change === 'invalid'}
        value={outcome?.state === 'unclear' ? String(change) : (typed ?? (change === 'invalid' ? '' : String(change)))}
        disabled={busy || booked || outcome?.state === 'unclear'} onChange={({ currentTarget }) => onType(currentTarget.value)} onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <span className={styles.outcome} id={id}><StatusPill status={status} icon={icon}>{text}</StatusPill></span>
    </li>
  );
}
