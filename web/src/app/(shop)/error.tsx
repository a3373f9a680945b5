'use client';
import { Button } from '@mantine/core';
import { useTexts } from '@/format/LocaleProvider';
import styles from '@/components/states/states.module.css';
import { statesTexts } from '@/texts/states';

/** A fault of ours in a page; the shell stays. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const states = useTexts(statesTexts);
  return (
    <div className={styles.state} role="alert">
      <h1 className={styles.title}>{states.brokenTitle}</h1>
      <p>{error.digest ? states.broken : states.brokenUnnumbered}</p>
      <Button variant="default" onClick={reset}>{states.retry}</Button>
      {error.digest && <span className={styles.request}>{states.requestId(error.digest)}</span>}
    </div>
  );
}
