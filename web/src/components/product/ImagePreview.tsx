'use client';
import { useEffect, useState } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { productImageTexts } from '@/texts/productImage';
import styles from './imageDialog.module.css';

/** The file as it will look, before it has left this device. */
export function ImagePreview({ file }: { file: File }) {
  const productImage = useTexts(productImageTexts);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return (
    <figure className={styles.preview}>
      {/* eslint-disable-next-line @next/next/no-img-element */}
      <span className={styles.frame}>{url && <img src={url} alt={productImage.preview} />}</span>
      <figcaption>{file.name}</figcaption>
    </figure>
  );
}
