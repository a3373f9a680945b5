'use client';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { useCallback, useState, type FormEvent } from 'react';
import { useCheckLowStockMutation, type LowStockCheck } from '@/api';
import { complaintAbout } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { QuantityInput } from '@/components/forms/QuantityInput';
import { useSubmission } from '@/components/forms/useSubmission';
import { LARGEST_QUANTITY } from '@/components/product/quantities';
import { useTexts } from '@/format/LocaleProvider';
import { notificationsTexts } from '@/texts/notifications';
import { statesTexts } from '@/texts/states';
import { productNameIn } from './productNameIn';
import styles from './notifications.module.css';

/** Runs the check for low stock, and shows what it raised. */
export default function LowStockDialog({ onClose }: { onClose: () => void }) {
  const states = useTexts(statesTexts);
  const notifications = useTexts(notificationsTexts);
  const [check] = useCheckLowStockMutation();
  const [threshold, setThreshold] = useState<number | ''>('');
  const [result, setResult] = useState<LowStockCheck>();
  const { submit, busy, failure } = useSubmission(useCallback((below: number | undefined) => check({ threshold: below }).unwrap(), [check]));
  const run = async (event: FormEvent) => {
    event.preventDefault();
    setResult(await submit(threshold === '' ? undefined : threshold));
  };
  return (
    <Modal opened onClose={onClose} title={notifications.check} closeButtonProps={{ 'aria-label': states.close }}>
      <form onSubmit={run}>
        <Stack>
          <Text size="sm">{notifications.checkText}</Text>
          <QuantityInput
            label={notifications.threshold} description={notifications.thresholdText} value={threshold} onChange={setThreshold}
            max={LARGEST_QUANTITY} error={complaintAbout(failure, '?threshold')} data-autofocus
          />
          <FailureNotice failure={failure} shown={['?threshold']} />
          <div role="status">{result && <Raised result={result} />}</div>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{states.close}</Button>
            <Button type="submit" loading={busy}>{notifications.runCheck}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Raised({ result: { alerts } }: { result: LowStockCheck }) {
  const notifications = useTexts(notificationsTexts);
  if (alerts.length === 0) return <Text size="sm">{notifications.nothingRaised}</Text>;
  return (
    <>
      <Text size="sm" fw={600}>{notifications.raised(alerts.length)}</Text>
      <ul className={styles.raised} tabIndex={0} aria-label={notifications.raised(alerts.length)}>
        {alerts.map((alert) => {
          const name = productNameIn(alert);
          return <li key={alert.notificationId}>{name ? <Link className={styles.link} href={`/products?search=${encodeURIComponent(name)}`} prefetch={false}>{alert.title}</Link> : alert.title}<br />{alert.message}</li>;
        })}
      </ul>
    </>
  );
}
