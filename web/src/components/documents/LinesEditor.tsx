'use client';
import { useEffect, useRef } from 'react';
import { complaintAbout, type Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import type { DocumentTexts } from './DocumentsPage';
import { isQuantity, isUnit, without, withChange, type DraftLine } from './draft';
import { LineRow } from './LineRow';
import styles from './LinesEditor.module.css';

interface Props {
  texts: DocumentTexts;
  lines: DraftLine[];
  unitDecimals: number;
  /** More than there is cannot go out. */
  outgoing: boolean;
  /** The product that was picked last: Enter in the empty field goes to its quantity. */
  latest: string | undefined;
  /** What cannot be booked is said. */
  tried: boolean;
  failure: Failure | undefined;
  readOnly: boolean;
  onChange: (next: (lines: DraftLine[]) => DraftLine[]) => void;
  /** Enter in a field of a line. */
  onDone: () => void;
}

export const quantityFieldId = (productId: string) => `quantity-${productId}`;

/** The pointers of the complaints that are shown at the lines. */
export const pointersOf = (lines: DraftLine[]) => lines.flatMap((_, i) => ['productId', 'quantity', 'unitPrice', 'unitCost'].map((name) => `/lines/${i}/${name}`));

export function LinesEditor({ texts, lines, unitDecimals, outgoing, latest, tried, failure, readOnly, onChange, onDone }: Props) {
  const documents = useTexts(documentsTexts);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => { list.current?.querySelector('[data-latest]')?.scrollIntoView({ block: 'nearest' }); }, [latest, lines.length]);
  if (lines.length === 0) return <p className={styles.nothing}>{documents.nothingYet}</p>;
  const complaints = (line: DraftLine, i: number) => ({
    product: complaintAbout(failure, `/lines/${i}/productId`),
    quantity: tried && !isQuantity(line.quantity) ? documents.badQuantity : complaintAbout(failure, `/lines/${i}/quantity`),
    unit: tried && !isUnit(line.unit, unitDecimals) ? documents.badUnit(unitDecimals) : (complaintAbout(failure, `/lines/${i}/unitPrice`) ?? complaintAbout(failure, `/lines/${i}/unitCost`)),
  });
  return (
    <div>
      <div className={styles.head} aria-hidden><span>{documents.product}</span><span>{documents.quantity}</span><span>{texts.unit}</span><span>{documents.total}</span></div>
      <ul className={styles.lines} aria-label={documents.lines} ref={list}>
        {lines.map((line, i) => {
          const { productId } = line.product;
          return (
            <LineRow
              key={productId} texts={texts} line={line} unitDecimals={unitDecimals} outgoing={outgoing} latest={productId === latest} complaints={complaints(line, i)} readOnly={readOnly}
              onChange={(change) => onChange((all) => withChange(all, productId, change))} onRemove={() => { onChange((all) => without(all, productId)); onDone(); }} onDone={onDone}
            />
          );
        })}
      </ul>
    </div>
  );
}
