'use client';
import { Button, Group } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import styles from './states.module.css';

/** Instead of the whole shell, for whoever is signed in and has no role here: nothing of it would work. */
export function NoAccess({ detail }: { detail: string }) {
  const shell = useTexts(shellTexts);
  const states = useTexts(statesTexts);
  return (
    <main className={`${styles.state} ${styles.whole}`}>
      <IconLock size={40} stroke={1.5} aria-hidden color="var(--accent)" />
      <h1 className={styles.title}>{states.noAccessTitle}</h1>
      <p>{states.noAccess}</p>
      <p className={styles.request}>{detail}</p>
      <Group justify="center">
        <Button variant="default" onClick={() => window.location.reload()}>{states.retry}</Button>
        {/* The browser follows to the provider and back, which fetch cannot. */}
        <form method="post" action="/auth/sign-out"><Button type="submit">{shell.signOut}</Button></form>
      </Group>
    </main>
  );
}
