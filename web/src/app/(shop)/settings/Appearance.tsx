'use client';
import { Input, NativeSelect, SegmentedControl, Stack, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { useRouter } from 'next/navigation';
import { useId, useTransition } from 'react';
import { useGetSettingsQuery } from '@/api';
import { Card } from '@/components/page/Card';
import { setDensity, useDensity } from '@/components/shell/density';
import { LOCALE_COOKIE, LOCALES } from '@/format/locale';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { settingsTexts } from '@/texts/settings';
import styles from './settings.module.css';

const SCHEMES: MantineColorScheme[] = ['auto', 'light', 'dark'];
const YEAR_SECONDS = 365 * 86400;
/** The choice to have none: the browser's first language counts. */
const BROWSERS = '';

export function Appearance({ chosenLocale }: { chosenLocale?: string }) {
  const settings = useTexts(settingsTexts);
  return (
    <Card title={settings.appearance}>
      <Stack>
        <Theme />
        <Closeness />
        <Locale chosen={chosenLocale} />
      </Stack>
    </Card>
  );
}

function Theme() {
  const settings = useTexts(settingsTexts);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // Kept in the browser, so the server cannot know it.
  const known = useMounted();
  const id = useId();
  return (
    <div>
      <Input.Label id={id} component="div">{settings.theme}</Input.Label>
      <SegmentedControl
        aria-labelledby={id} fullWidth value={known ? colorScheme : 'auto'} onChange={(value) => setColorScheme(SCHEMES.find((each) => each === value) ?? 'auto')}
        data={SCHEMES.map((scheme) => ({ value: scheme, label: settings.themes[scheme] }))}
      />
    </div>
  );
}

function Closeness() {
  const settings = useTexts(settingsTexts);
  const density = useDensity();
  const id = useId();
  return (
    <div>
      <Input.Label id={id} component="div">{settings.density}</Input.Label>
      <SegmentedControl
        aria-labelledby={id} fullWidth value={density} onChange={(value) => setDensity(value === 'compact' ? 'compact' : 'comfortable')}
        data={[{ value: 'comfortable', label: settings.densities.comfortable }, { value: 'compact', label: settings.densities.compact }]}
      />
    </div>
  );
}

function keepLocale(locale: string) {
  document.cookie = `${LOCALE_COOKIE}=${locale}; Path=/; Max-Age=${locale === BROWSERS ? 0 : YEAR_SECONDS}; SameSite=Lax; Secure`;
}

/** How numbers, days and sums are written, with an example in each. */
function Locale({ chosen = BROWSERS }: { chosen?: string }) {
  const settings = useTexts(settingsTexts);
  const format = useFormat();
  const router = useRouter();
  const [pending, start] = useTransition();
  const { data: business } = useGetSettingsQuery({});
  const choices = [...LOCALES, ...(chosen === BROWSERS || LOCALES.includes(chosen) ? [] : [chosen])];
  const choose = (locale: string) => {
    keepLocale(locale);
    start(() => router.refresh());
  };
  return (
    <div>
      <NativeSelect
        label={settings.locale} description={settings.localeText} value={chosen} disabled={pending} onChange={(event) => choose(event.currentTarget.value)}
        data={[{ value: BROWSERS, label: settings.browsersLocale }, ...choices.map((tag) => ({ value: tag, label: settings.locales[tag] ?? tag }))]}
      />
      {business && (
        <dl className={`${styles.facts} ${styles.examples}`}>
          <div><dt>{settings.exampleNumber}</dt><dd>{format.number(EXAMPLE)}</dd></div>
          <div><dt>{settings.exampleSum}</dt><dd>{format.money(EXAMPLE)}</dd></div>
          <div><dt>{settings.today}</dt><dd>{format.day(business.businessDay)}</dd></div>
        </dl>
      )}
    </div>
  );
}

/** Shows what stands between the thousands and before the decimals. */
const EXAMPLE = 1234.5;
