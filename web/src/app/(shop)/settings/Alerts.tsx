'use client';
import { NativeSelect, Radio, Skeleton, Stack } from '@mantine/core';
import { useChangeOwnAccountMutation, useGetSettingsQuery, useShowOwnAccountQuery, type Account, type AccountChange, type AlertDelivery } from '@/api';
import { failureOf, wordsOf } from '@/api/problem';
import { Card } from '@/components/page/Card';
import { notifyFailed } from '@/components/page/notify';
import { Loaded } from '@/components/states/Loaded';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { settingsTexts } from '@/texts/settings';
import { statesTexts } from '@/texts/states';
import styles from './settings.module.css';

const DELIVERIES: AlertDelivery[] = ['off', 'immediate', 'digest'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** How alerts are mailed: counts as soon as it is chosen. */
export function Alerts() {
  const settings = useTexts(settingsTexts);
  const account = useShowOwnAccountQuery({});
  return (
    <Card title={settings.alerts}>
      <Loaded query={account} skeleton={<Skeleton h={240} />}>{(loaded) => <Choices account={loaded} />}</Loaded>
    </Card>
  );
}

function Choices({ account: { alertDelivery, digestHour } }: { account: Account }) {
  const settings = useTexts(settingsTexts);
  const states = useTexts(statesTexts);
  const format = useFormat();
  const { data: business } = useGetSettingsQuery({});
  const [send] = useChangeOwnAccountMutation();
  const change = async (accountChange: AccountChange) => {
    const failure = failureOf((await send({ accountChange })).error);
    if (failure) notifyFailed(settings.notSaved(wordsOf(failure, states).detail));
  };
  return (
    <Stack>
      <Radio.Group label={settings.delivery} description={settings.deliveryText} value={alertDelivery} onChange={(value) => change({ alertDelivery: DELIVERIES.find((each) => each === value) })}>
        <div className={styles.radios}>
          {DELIVERIES.map((each) => <Radio key={each} value={each} label={settings.deliveries[each].label} description={settings.deliveries[each].text} />)}
        </div>
      </Radio.Group>
      {alertDelivery === 'digest' && (
        <NativeSelect
          label={settings.digestHour} description={settings.digestHourText(business?.businessTimeZone)} value={String(digestHour)} onChange={(event) => change({ digestHour: Number(event.currentTarget.value) })}
          data={HOURS.map((hour) => ({ value: String(hour), label: format.hour(hour) }))}
        />
      )}
    </Stack>
  );
}
