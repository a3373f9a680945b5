'use client';
import { Alert, Button, FileButton } from '@mantine/core';
import { IconAlertTriangle, IconPhotoUp } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productImageTexts } from '@/texts/productImage';
import { checkImageFile, IMAGE_TYPES, type ImageComplaint } from './imageFile';
import styles from './imageDialog.module.css';
import type { ChosenImage } from './useImageUpload';

/** Takes an image by drag and drop or from a file dialog; anything else is told of at once. */
export function ImageDropZone({ onChoose }: { onChoose: (image: ChosenImage) => void }) {
  const texts = useTexts(productImageTexts);
  const format = useFormat();
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<{ complaint: ImageComplaint; bytes: number }>();
  const choose = async (file: File | null | undefined) => {
    if (!file) return;
    const result = await checkImageFile(file);
    if ('type' in result) onChoose({ file, type: result.type });
    else setRefused({ complaint: result.complaint, bytes: file.size });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void choose(event.dataTransfer.files[0]);
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const megabytes = format.number(Math.ceil((refused?.bytes ?? 0) / 1024 / 102.4) / 10);
  return (
    <>
      <div className={styles.zone} data-over={over || undefined} onDragEnter={hover} onDragOver={hover} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconPhotoUp size={32} stroke={1.5} aria-hidden />
        <p className={styles.drop}>{texts.drop} {texts.or}</p>
        <FileButton accept={IMAGE_TYPES.join(',')} onChange={choose}>
          {(props) => <Button {...props} data-autofocus>{texts.choose}</Button>}
        </FileButton>
        <p className={styles.rules}>{texts.rules}</p>
      </div>
      {refused && <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />}>{refused.complaint === 'tooLarge' ? texts.tooLarge(megabytes) : texts[refused.complaint]}</Alert>}
    </>
  );
}
