'use client';
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import Link from 'next/link';
import { useRole } from '@/api/useRole';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import styles from './states.module.css';

/** In the place of what the caller's role does not allow. */
export function Forbidden() {
  const shell = useTexts(shellTexts);
  const states = useTexts(statesTexts);
  const role = useRole() ?? 'none';
  return (
    <div className={styles.state}>
      <IconLock size={32} stroke={1.5} aria-hidden color="var(--muted)" />
      <h2 className={styles.title}>{states.forbiddenTitle}</h2>
      <p>{states.forbidden(shell.roles[role])}</p>
      {role !== 'none' && <Button component={Link} href="/dashboard" variant="default">{states.toDashboard}</Button>}
    </div>
  );
}
