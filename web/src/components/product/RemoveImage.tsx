'use client';
import { Alert, Button, Stack } from '@mantine/core';
import { IconAlertTriangle, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useUpdateProductMutation, type Product } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf, type Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { productImageTexts } from '@/texts/productImage';
import { FailureNotice } from '../forms/FailureNotice';
import { notifyDone } from '../page/notify';
import { isProduct } from './productValues';

export function RemoveImage({ product, onDone }: { product: Product; onDone: () => void }) {
  const texts = useTexts(productImageTexts);
  const [failure, setFailure] = useState<Failure>();
  const [update, { isLoading }] = useUpdateProductMutation();
  const current = failure?.status === 412 && isProduct(failure.current) ? failure.current : undefined;
  const remove = async () => {
    try {
      await update({ productId: product.productId, productChange: { imageUrl: null }, 'If-Match': entityTag(current ?? product) }).unwrap();
      notifyDone(texts.removed);
      onDone();
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <Stack align="flex-start">
      {current ? <Alert role="alert" color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>{texts.problems.removeStale}</Alert> : <FailureNotice failure={failure} />}
      <Button variant="subtle" color="red" c="var(--bad)" leftSection={<IconTrash size={18} aria-hidden />} loading={isLoading} onClick={remove}>{current ? texts.allTheSame : texts.remove}</Button>
    </Stack>
  );
}
