'use client';
import { useCallback } from 'react';
import { useCreateSaleMutation, type Product } from '@/api';
import { ofSale } from '@/components/documents/document';
import EntryDrawer from '@/components/documents/EntryDrawer';
import { useEntry, type Draft } from '@/components/documents/useEntry';
import { useTexts } from '@/format/LocaleProvider';
import { salesTexts } from '@/texts/sales';

const PRICE_DECIMALS = 2;
const priceOf = ({ price }: Product) => price;

export default function SaleEntry({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const sales = useTexts(salesTexts);
  const [createSale] = useCreateSaleMutation();
  // With the price that the customer was told, whatever becomes of the product's own.
  const send = useCallback(async ({ lines, note }: Draft, key: string) => {
    const newSale = { note, lines: lines.map(({ productId, quantity, unit }) => ({ productId, quantity, unitPrice: unit })) };
    return ofSale(await createSale({ 'Idempotency-Key': key, newSale }).unwrap());
  }, [createSale]);
  const entry = useEntry({ unitDecimals: PRICE_DECIMALS, send });
  return <EntryDrawer texts={sales} opened={opened} onClose={onClose} entry={entry} unitDecimals={PRICE_DECIMALS} outgoing unitOf={priceOf} />;
}
