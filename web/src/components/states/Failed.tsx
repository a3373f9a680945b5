'use client';
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { wordsOf, type Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import styles from './states.module.css';

/** In the place of what could not be loaded. */
export function Failed({ failure, retry }: { failure: Failure; retry: () => unknown }) {
  const states = useTexts(statesTexts);
  return (
    <div className={styles.state} role="alert">
      <IconAlertTriangle size={32} stroke={1.5} aria-hidden color="var(--bad)" />
      <h2 className={styles.title}>{states.failed}</h2>
      <p>{wordsOf(failure, states).detail}</p>
      <Button variant="default" onClick={() => retry()}>{states.retry}</Button>
      {failure.requestId && <span className={styles.request}>{states.requestId(failure.requestId)}</span>}
    </div>
  );
}
