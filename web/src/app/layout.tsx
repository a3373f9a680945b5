import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import type { ReactNode } from 'react';
import { localeOfRequest } from '@/server/locale';
import { nonceOfRequest } from '@/server/nonce';
import { languageOf, textsOf } from '@/texts';
import { landingTexts } from '@/texts/landing';
import { shellTexts } from '@/texts/shell';
import './globals.css';

const inter = localFont({
  src: '../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  variable: '--font-inter',
  weight: '100 900',
  display: 'swap',
  adjustFontFallback: 'Arial',
});

export async function generateMetadata(): Promise<Metadata> {
  const locale = await localeOfRequest();
  const { product } = textsOf(shellTexts, locale);
  return { title: { default: product, template: `%s · ${product}` }, description: textsOf(landingTexts, locale).description, robots: { index: false } };
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [{ media: '(prefers-color-scheme: light)', color: '#f7f6fb' }, { media: '(prefers-color-scheme: dark)', color: '#141219' }],
};

// Mantine's own name for the theme, and where the one that was chosen is kept; and how close rows stand (shell/density.ts).
const LOOK_BEFORE_PAINT = `try{var s=localStorage.getItem('mantine-color-scheme-value');var d=s==='dark'||(s!=='light'&&matchMedia('(prefers-color-scheme: dark)').matches);document.documentElement.setAttribute('data-mantine-color-scheme',d?'dark':'light');if(localStorage.getItem('stockpilot-density')==='compact')document.documentElement.setAttribute('data-density','compact')}catch(e){}`;

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await localeOfRequest();
  const nonce = await nonceOfRequest();
  return (
    <html lang={languageOf(locale)} className={inter.variable} data-mantine-color-scheme="light" suppressHydrationWarning>
      <head>
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: LOOK_BEFORE_PAINT }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
