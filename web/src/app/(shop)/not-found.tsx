'use client';
import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import Link from 'next/link';
import styles from '@/components/states/states.module.css';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';

/** Where a page finds that what it is about does not exist: notFound(). The shell stays. */
export default function NotFound() {
  const states = useTexts(statesTexts);
  return (
    <div className={styles.state}>
      <IconMapOff size={32} stroke={1.5} aria-hidden color="var(--muted)" />
      <h1 className={styles.title}>{states.notFoundTitle}</h1>
      <p>{states.notFound}</p>
      <Button component={Link} href="/dashboard" prefetch={false} variant="default">{states.toDashboard}</Button>
    </div>
  );
}
