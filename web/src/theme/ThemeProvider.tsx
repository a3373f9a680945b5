'use client';
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { cssVariables, theme } from './theme';

export function ThemeProvider({ children }: { children: ReactNode }) {
  return <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">{children}</MantineProvider>;
}
