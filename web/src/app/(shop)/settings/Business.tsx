'use client';
import { Skeleton, Text } from '@mantine/core';
import { useGetSettingsQuery } from '@/api';
import { Card } from '@/components/page/Card';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import type { Documentation } from '@/server/documentation';
import { settingsTexts } from '@/texts/settings';
import styles from './settings.module.css';

/** How the business counts. The API shows it; it is changed on the server. */
export function Business({ documentation: { page, description } }: { documentation: Documentation }) {
  const settings = useTexts(settingsTexts);
  const format = useFormat();
  const query = useGetSettingsQuery({});
  return (
    <Card title={settings.business}>
      <Loaded query={query} skeleton={<Skeleton h={208} />}>
        {({ currency, businessTimeZone, defaultMinimumStock, businessDay }) => (
          <dl className={styles.facts}>
            <div><dt>{settings.currency}</dt><dd>{currency}</dd></div>
            <div><dt>{settings.timeZone}</dt><dd>{businessTimeZone}</dd></div>
            <div><dt>{settings.today}</dt><dd>{format.day(businessDay)}</dd></div>
            <div><dt>{settings.defaultMinimum}</dt><dd>{format.number(defaultMinimumStock)}</dd></div>
          </dl>
        )}
      </Loaded>
      <Text size="sm" c="dimmed" mt="md">{settings.businessText} <code className={styles.command}>stockpilotctl settings</code></Text>
      {(page || description) && (
        <ul className={styles.links} aria-label={settings.documentation}>
          {page && <li><a href={page} target="_blank" rel="noreferrer">{settings.documentationPage}</a></li>}
          {description && <li><a href={description} target="_blank" rel="noreferrer">{settings.openapi}</a></li>}
        </ul>
      )}
    </Card>
  );
}
