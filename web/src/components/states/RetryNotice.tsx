'use client';
import { Button } from '@mantine/core';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import styles from './states.module.css';

/** Above what is there, when the rest or a newer one could not be loaded. */
export function RetryNotice({ text, retry }: { text: string; retry: () => unknown }) {
  const states = useTexts(statesTexts);
  return (
    <div className={`${styles.notice} ${styles.warn}`} role="status">
      {text}
      <Button size="compact-sm" variant="default" onClick={() => retry()}>{states.retry}</Button>
    </div>
  );
}
