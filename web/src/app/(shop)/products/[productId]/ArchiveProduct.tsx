'use client';
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useDispatch } from 'react-redux';
import { api, useArchiveProductMutation, type Product } from '@/api';
import { entityTag } from '@/api/entityTag';
import { failureOf, wordsOf, type Failure } from '@/api/problem';
import { PRODUCT_LISTS } from '@/api/tags';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { notifyDone } from '@/components/page/notify';
import { useTexts } from '@/format/LocaleProvider';
import { productFormsTexts } from '@/texts/productForms';
import { statesTexts } from '@/texts/states';

interface Props {
  product: Product;
  onClose: () => void;
}

export default function ArchiveProduct({ product, onClose }: Props) {
  const states = useTexts(statesTexts);
  const productForms = useTexts(productFormsTexts);
  return (
    <Modal opened onClose={onClose} title={productForms.archiveTitle(product.name)} centered closeButtonProps={{ 'aria-label': states.close }}>
      <ArchiveForm product={product} onClose={onClose} />
    </Modal>
  );
}

function ArchiveForm({ product, onClose }: Props) {
  const states = useTexts(statesTexts);
  const texts = useTexts(productFormsTexts);
  const router = useRouter();
  const dispatch = useDispatch();
  // As it was when the dialog was opened: that is what somebody wants to archive.
  const [seen] = useState(product);
  const [failure, setFailure] = useState<Failure>();
  const [archive, { isLoading }] = useArchiveProductMutation();
  const leave = () => {
    notifyDone(texts.archived(seen.name));
    router.push('/products');
  };
  const submit = async () => {
    try {
      await archive({ productId: seen.productId, 'If-Match': entityTag(seen) }).unwrap();
      leave();
    } catch (error) {
      const why = failureOf(error);
      if (why?.status !== 404) return setFailure(why);
      // Gone already: an answer was lost, or somebody else did it.
      dispatch(api.util.invalidateTags([PRODUCT_LISTS]));
      leave();
    }
  };
  const look = () => {
    dispatch(api.util.invalidateTags(['Products', 'Movements']));
    onClose();
  };
  const stale = failure?.status === 412;
  return (
    <Stack>
      <Text size="sm">{texts.archiveLead}</Text>
      <Text size="sm" c="dimmed">{texts.archiveHistory}</Text>
      {stale
        ? <Alert role="alert" color="yellow" variant="light" icon={<IconInfoCircle aria-hidden />} title={wordsOf(failure, states).title}>{texts.archiveStale}</Alert>
        : <FailureNotice failure={failure} unclear={texts.archiveUnclear} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>{states.cancel}</Button>
        {stale ? <Button onClick={look}>{texts.lookAgain}</Button> : <Button color="red.9" loading={isLoading} onClick={submit}>{texts.archive}</Button>}
      </Group>
    </Stack>
  );
}
