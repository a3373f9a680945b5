'use client';
import { Alert, Autocomplete } from '@mantine/core';
import { useCallback, useState } from 'react';
import { useCreatePurchaseMutation } from '@/api';
import { complaintAbout } from '@/api/problem';
import { ofPurchase } from '@/components/documents/document';
import EntryDrawer from '@/components/documents/EntryDrawer';
import { useEntry, type Draft } from '@/components/documents/useEntry';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { purchasesTexts } from '@/texts/purchases';
import { useLastCosts } from './useLastCosts';
import { useWantedProduct } from './useWantedProduct';

const COST_DECIMALS = 4;

interface Props {
  opened: boolean;
  /** What the address asks for: the product to begin with, or just a new purchase. */
  wanted: string | undefined;
  /** Whom one has bought from, to choose of. */
  suppliers: string[];
  onClose: () => void;
}

export default function PurchaseEntry({ opened, wanted, suppliers, onClose }: Props) {
  const purchases = useTexts(purchasesTexts);
  const format = useFormat();
  const [supplier, setSupplier] = useState('');
  const [createPurchase] = useCreatePurchaseMutation();
  const send = useCallback(async ({ lines, note }: Draft, key: string) => {
    const newPurchase = { supplier: supplier.trim() || null, note, lines: lines.map(({ productId, quantity, unit }) => ({ productId, quantity, unitCost: unit })) };
    return ofPurchase(await createPurchase({ 'Idempotency-Key': key, newPurchase }).unwrap());
  }, [createPurchase, supplier]);
  const entry = useEntry({ unitDecimals: COST_DECIMALS, send, onBooked: () => setSupplier('') });
  const { costOf, askCost } = useLastCosts(entry.change);
  const { suggested, missing } = useWantedProduct(wanted, entry.change);
  return (
    <EntryDrawer texts={purchases} opened={opened} onClose={onClose} entry={entry} unitDecimals={COST_DECIMALS} outgoing={false} unitOf={costOf} onPicked={askCost}>
      {missing && <Alert role="alert" color="yellow" title={purchases.notThere} />}
      {suggested && entry.lines.some(({ product }) => product.productId === suggested.productId) && <p role="status">{purchases.suggested(format.number(suggested.minimumStock))}</p>}
      <Autocomplete
        label={purchases.supplier} value={supplier} onChange={(value) => { setSupplier(value); entry.change((lines) => lines); }} data={suppliers} maxLength={200} openOnFocus={false}
        readOnly={entry.busy || entry.uncertain} error={complaintAbout(entry.failure, '/supplier')}
      />
    </EntryDrawer>
  );
}
