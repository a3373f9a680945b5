'use client';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { productImportTexts } from '@/texts/inventory';
import styles from './import.module.css';

interface Props {
  /** Another one was chosen before. */
  again: boolean;
  onChoose: (file: File) => void;
}

/** A file to choose, or to drop here. */
export function FileChoice({ again, onChoose }: Props) {
  const productImport = useTexts(productImportTexts);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onChoose(file);
  };
  return (
    <label className={styles.drop} data-over={over || undefined} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <IconFileSpreadsheet size={28} stroke={1.5} aria-hidden />
      <span className={styles.dropTitle}>{again ? productImport.chooseOther : productImport.choose}</span>
      <span>{productImport.orDrop}</span>
      <input
        type="file" accept=".csv,text/csv" className="visually-hidden"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) onChoose(file);
          // The same file, mended, is chosen as another one.
          currentTarget.value = '';
        }}
      />
    </label>
  );
}
