'use client';
import { Menu, Text } from '@mantine/core';
import { IconCheck, IconLogout, IconSettings } from '@tabler/icons-react';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { useShowOwnAccountQuery } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { AccountButton } from './AccountMenu';
import { setDensity, useDensity } from './density';

export function AccountMenuItems({ openAtOnce }: { openAtOnce: boolean }) {
  const shell = useTexts(shellTexts);
  const { data: account } = useShowOwnAccountQuery({});
  const compact = useDensity() === 'compact';
  const form = useRef<HTMLFormElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  // Its button takes the place of the one that was pressed, which had the focus, and gets it back when the menu closes.
  useEffect(() => {
    if (!openAtOnce) return;
    button.current?.focus();
    setOpened(true);
  }, [openAtOnce]);
  return (
    <>
      <Menu position="bottom-end" width={240} opened={opened} onChange={setOpened} returnFocus withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target><AccountButton ref={button} /></Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="sm" fw={600} c="var(--text)">{account?.name}</Text>
            <Text size="xs" c="var(--muted)">{account?.email}</Text>
            <Text size="xs" c="var(--muted)">{account && shell.roles[account.role]}</Text>
          </Menu.Label>
          <Menu.Divider />
          <Menu.Item component={Link} prefetch={false} href="/settings" leftSection={<IconSettings size={16} aria-hidden />}>{shell.navigation.settings}</Menu.Item>
          <Menu.CheckboxItem
            checked={compact} closeMenuOnClick={false} onChange={() => setDensity(compact ? 'comfortable' : 'compact')} checkIcon={<IconCheck size={16} aria-hidden />}
          >{shell.compactRows}</Menu.CheckboxItem>
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => form.current?.submit()}>{shell.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {/* The browser follows to the provider and back, which fetch cannot. */}
      <form ref={form} method="post" action="/auth/sign-out" hidden />
    </>
  );
}
