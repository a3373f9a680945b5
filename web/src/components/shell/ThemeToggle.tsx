'use client';
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';

export function ThemeToggle() {
  const shell = useTexts(shellTexts);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: true });
  // What was chosen is kept in the browser: the server, and so the first render here, cannot know it.
  const dark = useMounted() && scheme === 'dark';
  return (
    <ActionIcon
      variant="subtle" color="gray" size="lg" aria-label={dark ? shell.toLight : shell.toDark}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <IconSun size={20} stroke={1.7} /> : <IconMoon size={20} stroke={1.7} />}
    </ActionIcon>
  );
}
