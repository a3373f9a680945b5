'use client';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Product } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import type { Texts } from '@/texts';
import { productImageTexts } from '@/texts/productImage';
import { statesTexts } from '@/texts/states';
import { notifyDone } from '../page/notify';
import { ImageDropZone } from './ImageDropZone';
import { ImagePreview } from './ImagePreview';
import { RemoveImage } from './RemoveImage';
import { UploadStatus } from './UploadStatus';
import { isBusy, useImageUpload, type ChosenImage, type UploadState } from './useImageUpload';

interface Props {
  product: Product;
  onClose: () => void;
}

/** Chooses an image, shows it, sends it. While it is being sent the dialog stays: stopping is a button of its own. */
export default function ImageDialog({ product, onClose }: Props) {
  const states = useTexts(statesTexts);
  const productImage = useTexts(productImageTexts);
  const [busy, setBusy] = useState(false);
  return (
    <Modal opened onClose={onClose} title={productImage.title} closeOnEscape={!busy} closeOnClickOutside={!busy} withCloseButton={!busy} closeButtonProps={{ 'aria-label': states.close }}>
      <ImageForm product={product} onClose={onClose} onBusy={setBusy} />
    </Modal>
  );
}

function ImageForm({ product, onClose, onBusy }: Props & { onBusy: (busy: boolean) => void }) {
  const states = useTexts(statesTexts);
  const texts = useTexts(productImageTexts);
  // As it was when the dialog was opened: that is the image somebody wants to replace.
  const [seen] = useState(product);
  const [chosen, setChosen] = useState<ChosenImage>();
  const { state, start, stop, reset } = useImageUpload(seen, () => {
    notifyDone(texts.done);
    onClose();
  });
  const busy = isBusy(state);
  useEffect(() => onBusy(busy), [busy, onBusy]);
  if (!chosen) {
    return (
      <Stack>
        <ImageDropZone onChoose={setChosen} />
        <Group justify="space-between">
          {seen.imageUrl ? <RemoveImage product={seen} onDone={onClose} /> : <span />}
          <Button variant="default" onClick={onClose}>{states.cancel}</Button>
        </Group>
      </Stack>
    );
  }
  const another = () => {
    setChosen(undefined);
    reset();
  };
  return (
    <Stack>
      <ImagePreview file={chosen.file} />
      <UploadStatus state={state} />
      <Group justify="flex-end">
        {state.at === 'beginning' || state.at === 'sending' ? <Button variant="default" onClick={stop}>{texts.stop}</Button> : <Button variant="default" disabled={busy} onClick={another}>{texts.another}</Button>}
        <Button loading={busy} onClick={() => start(chosen)} data-autofocus>{wordOf(texts, state)}</Button>
      </Group>
    </Stack>
  );
}

function wordOf(texts: Texts['productImage'], state: UploadState) {
  if (state.at !== 'failed') return texts.upload;
  return state.problem === 'stale' ? texts.allTheSame : texts.again;
}
