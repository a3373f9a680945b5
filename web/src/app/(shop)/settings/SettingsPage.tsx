'use client';
import { Page } from '@/components/page/Page';
import { useTexts } from '@/format/LocaleProvider';
import type { Documentation } from '@/server/documentation';
import { settingsTexts } from '@/texts/settings';
import { shellTexts } from '@/texts/shell';
import { Alerts } from './Alerts';
import { Appearance } from './Appearance';
import { Business } from './Business';
import { Profile } from './Profile';
import styles from './settings.module.css';

interface Props {
  /** In the cookie; undefined while the browser's own counts. */
  chosenLocale?: string;
  documentation: Documentation;
}

export function SettingsPage({ chosenLocale, documentation }: Props) {
  const shell = useTexts(shellTexts);
  const settings = useTexts(settingsTexts);
  return (
    <Page title={shell.navigation.settings} lead={settings.lead}>
      <div className={styles.columns}>
        <div className={styles.column}><Profile /><Alerts /></div>
        <div className={styles.column}><Appearance chosenLocale={chosenLocale} /><Business documentation={documentation} /></div>
      </div>
    </Page>
  );
}
