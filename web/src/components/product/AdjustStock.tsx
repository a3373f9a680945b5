'use client';
import { Button, Group, Modal, SegmentedControl, Select, Stack, Text, Textarea } from '@mantine/core';
import { zodResolver } from '@hookform/resolvers/zod';
import { useMemo } from 'react';
import { Controller, useForm, useWatch, type Control } from 'react-hook-form';
import { z } from 'zod/mini';
import { useMoveStockMutation, type NewMovement, type Product } from '@/api';
import { complaintAbout } from '@/api/problem';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import type { Texts } from '@/texts';
import { productFormsTexts } from '@/texts/productForms';
import { productsTexts } from '@/texts/products';
import { statesTexts } from '@/texts/states';
import { FailureNotice } from '../forms/FailureNotice';
import { QuantityInput } from '../forms/QuantityInput';
import { useBooking } from '../forms/useBooking';
import { notifyDone } from '../page/notify';
import { LARGEST_QUANTITY } from './quantities';

const REASONS = ['damage', 'expiry', 'loss', 'theft', 'found', 'return', 'sample', 'other'] as const;

const adjustmentSchema = (texts: Texts['productForms']) => z.object({
  direction: z.enum(['out', 'in']),
  quantity: z.pipe(
    z.union([z.number(texts.quantityWrong), z.literal('')]),
    z.number(texts.quantityWrong).check(z.int(texts.quantityWrong), z.minimum(1, texts.quantityWrong)),
  ),
  reason: z.pipe(z.nullable(z.enum(REASONS)), z.enum(REASONS, texts.reasonNeeded)),
  note: z.string().check(z.maxLength(1000, texts.noteLong)),
});
type Adjustment = z.output<ReturnType<typeof adjustmentSchema>>;
type AdjustmentForm = z.input<ReturnType<typeof adjustmentSchema>>;

interface Props {
  product: Product;
  onClose: () => void;
}

/** Moves stock by hand: what is neither sold, bought nor counted. */
export default function AdjustStock({ product, onClose }: Props) {
  const states = useTexts(statesTexts);
  const productForms = useTexts(productFormsTexts);
  return (
    <Modal opened onClose={onClose} title={productForms.adjustTitle} closeButtonProps={{ 'aria-label': states.close }}>
      <AdjustForm product={product} onClose={onClose} />
    </Modal>
  );
}

function AdjustForm({ product: { productId, stockQuantity }, onClose }: Props) {
  const states = useTexts(statesTexts);
  const products = useTexts(productsTexts);
  const texts = useTexts(productFormsTexts);
  const format = useFormat();
  const resolver = useMemo(() => zodResolver(adjustmentSchema(texts)), [texts]);
  const { control, register, handleSubmit, formState: { errors } } = useForm<AdjustmentForm, unknown, Adjustment>({
    resolver, defaultValues: { direction: 'out', quantity: '', reason: null, note: '' },
  });
  const [move] = useMoveStockMutation();
  const { book, busy, failure, uncertain } = useBooking((newMovement: NewMovement, key) => move({ productId, newMovement, 'Idempotency-Key': key }).unwrap());
  const submit = handleSubmit(async ({ direction, quantity, reason, note }) => {
    const movement = await book({ quantity: direction === 'out' ? -quantity : quantity, reason, note: note.trim() || null });
    if (!movement) return;
    notifyDone(texts.adjusted(format.signed(movement.quantity), format.number(movement.quantityAfter)));
    onClose();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">{texts.adjustLead}</Text>
        <Controller name="direction" control={control} render={({ field: { ref: _, ...field } }) => (
          <SegmentedControl {...field} fullWidth readOnly={uncertain} aria-label={texts.direction} data={[{ value: 'out', label: texts.takeOut }, { value: 'in', label: texts.putIn }]} />
        )} />
        <Controller name="quantity" control={control} render={({ field }) => (
          <QuantityInput
            {...field} label={texts.quantity} readOnly={uncertain} required data-autofocus max={LARGEST_QUANTITY} clampBehavior="strict"
            error={errors.quantity?.message ?? complaintAbout(failure, '/quantity')}
          />
        )} />
        <Controller name="reason" control={control} render={({ field }) => (
          <Select
            {...field} label={texts.reason} readOnly={uncertain} required allowDeselect={false} data={REASONS.map((value) => ({ value, label: products.reasons[value] ?? value }))}
            error={errors.reason?.message ?? complaintAbout(failure, '/reason')}
          />
        )} />
        <Textarea label={texts.note} readOnly={uncertain} autosize minRows={2} error={errors.note?.message ?? complaintAbout(failure, '/note')} {...register('note')} />
        <Afterwards control={control} stockQuantity={stockQuantity} />
        <FailureNotice failure={failure} shown={['/quantity', '/reason', '/note']} once />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{states.cancel}</Button>
          <Button type="submit" loading={busy}>{uncertain ? states.retry : texts.book}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What it comes to, before it is booked. */
function Afterwards({ control, stockQuantity }: { control: Control<AdjustmentForm, unknown, Adjustment>; stockQuantity: number }) {
  const texts = useTexts(productFormsTexts);
  const format = useFormat();
  const [direction, quantity] = useWatch({ control, name: ['direction', 'quantity'] });
  const after = stockQuantity + (direction === 'out' ? -1 : 1) * (Number(quantity) || 0);
  return (
    <Text size="sm" role="status">
      {texts.before}: <strong>{format.number(stockQuantity)}</strong>. {texts.afterwards}: <Text span inherit fw={700} c={after < 0 ? 'var(--bad)' : undefined}>{format.number(after)}</Text>.
    </Text>
  );
}
