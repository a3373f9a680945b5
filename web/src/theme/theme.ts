// The look: one violet accent on near-neutral surfaces, in the dark and in the light alike.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const violet: MantineColorsTuple = ['#f3f0ff', '#e4dcff', '#cbbdff', '#ae98ff', '#9478fb', '#8161f2', '#6f4be6', '#5f3dcb', '#4f33a8', '#3d2884'];

// Text on the surfaces of the dark: 0 is the lightest text, 7 the page, 6 what lies on it.
const dark: MantineColorsTuple = ['#ecebf2', '#c9c7d6', '#a8a5ba', '#85819b', '#48455a', '#363346', '#252331', '#1a1824', '#141219', '#0e0d13'];

// Their <header> is no banner of the page.
const DIALOG = { attributes: { header: { role: 'presentation' } } };

export const theme = createTheme({
  colors: { violet, dark },
  primaryColor: 'violet',
  primaryShade: { light: 6, dark: 6 },
  fontFamily: 'var(--font-inter), system-ui, sans-serif',
  headings: { fontFamily: 'var(--font-inter), system-ui, sans-serif', fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  luminanceThreshold: 0.35,
  components: { Modal: { defaultProps: DIALOG }, Drawer: { defaultProps: DIALOG } },
});

/** Mantine's surfaces, lines and muted text are ours: globals.css. */
export const cssVariables: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--muted)',
    '--mantine-color-placeholder': 'var(--muted)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-anchor': 'var(--accent-text)',
    '--mantine-color-error': 'var(--bad)',
  };
  return { variables: {}, light: ours, dark: ours };
};
