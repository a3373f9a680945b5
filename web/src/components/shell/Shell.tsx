'use client';
import { AppShell, Burger, Group, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { ConnectionNotice } from '../states/ConnectionNotice';
import { NoAccess } from '../states/NoAccess';
import { SessionEnded } from '../states/SessionEnded';
import { AccountMenu } from './AccountMenu';
import { Bell } from './Bell';
import { Rail } from './Rail';
import styles from './Shell.module.css';
import { ThemeToggle } from './ThemeToggle';
import { useRefusal } from './useLetIn';
import { usePalette } from './usePalette';

interface Props {
  /** Why the API does not let the caller in, where it does not. */
  refusal: string | undefined;
  children: ReactNode;
}

/** Around every page: rail, bell, account, command palette, and what concerns all pages. */
export function Shell({ refusal, children }: Props) {
  const shell = useTexts(shellTexts);
  const [open, { toggle, close }] = useDisclosure(false);
  const palette = usePalette();
  const refused = useRefusal(refusal);
  useHotkeys([['Escape', close]]);
  if (refused !== undefined) return <NoAccess detail={refused} />;
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !open } }} padding={0}>
      <a className={styles.skip} href="#content">{shell.skip}</a>
      <AppShell.Header className={styles.header}>
        <Burger opened={open} onClick={toggle} hiddenFrom="md" size="sm" aria-label={open ? shell.closeMenu : shell.menu} aria-expanded={open} aria-controls="rail" />
        <Link href="/dashboard" prefetch={false} className={styles.brand}><span aria-hidden className={styles.mark}>◆</span>{shell.product}</Link>
        <UnstyledButton className={styles.search} onClick={palette.open} aria-haspopup="dialog" aria-keyshortcuts="Control+K">
          <IconSearch size={16} aria-hidden /><span className={styles.searchText}>{shell.search}</span><kbd className={styles.key}>Ctrl K</kbd>
        </UnstyledButton>
        <Group gap={4} wrap="nowrap" className={styles.tools}><Bell /><ThemeToggle /><AccountMenu /></Group>
      </AppShell.Header>
      <AppShell.Navbar id="rail" className={styles.rail} data-open={open || undefined} aria-label={shell.mainNavigation}><Rail onNavigate={close} /></AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={styles.main}>
        <ConnectionNotice />
        {children}
      </AppShell.Main>
      <SessionEnded />
      {palette.Palette && <palette.Palette />}
    </AppShell>
  );
}
