'use client';
import { Button, Skeleton, Stack, TextInput } from '@mantine/core';
import { useCallback, useState, type FormEvent } from 'react';
import { useChangeOwnAccountMutation, useShowOwnAccountQuery, type Account } from '@/api';
import { complaintAbout } from '@/api/problem';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useSubmission } from '@/components/forms/useSubmission';
import { Card } from '@/components/page/Card';
import { notifyDone } from '@/components/page/notify';
import { Loaded } from '@/components/states/Loaded';
import { useTexts } from '@/format/LocaleProvider';
import { settingsTexts } from '@/texts/settings';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import styles from './settings.module.css';

/** One's own name, and what others decide about one. */
export function Profile() {
  const settings = useTexts(settingsTexts);
  const account = useShowOwnAccountQuery({});
  return (
    <Card title={settings.profile}>
      <Loaded query={account} skeleton={<Skeleton h={208} />}>{(loaded) => <ProfileForm account={loaded} />}</Loaded>
    </Card>
  );
}

function ProfileForm({ account }: { account: Account }) {
  const shell = useTexts(shellTexts);
  const settings = useTexts(settingsTexts);
  const states = useTexts(statesTexts);
  const [change] = useChangeOwnAccountMutation();
  const { submit, busy, failure } = useSubmission(useCallback((name: string) => change({ accountChange: { name } }).unwrap(), [change]));
  // Undefined while it is as it was.
  const [name, setName] = useState<string>();
  const [isBlank, setIsBlank] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = name?.trim();
    setIsBlank(wanted === '');
    if (!wanted || !await submit(wanted)) return;
    setName(undefined);
    notifyDone(settings.saved);
  };
  return (
    <form onSubmit={save} noValidate>
      <Stack>
        <TextInput
          label={settings.name} autoComplete="name" value={name ?? account.name} onChange={(event) => setName(event.currentTarget.value)} required maxLength={200}
          error={isBlank ? settings.nameNeeded : complaintAbout(failure, '/name')}
        />
        <dl className={styles.facts}>
          <div><dt>{settings.email}</dt><dd>{account.email ?? settings.unknown}</dd></div>
          <div><dt>{settings.role}</dt><dd>{shell.roles[account.role]}</dd></div>
        </dl>
        <FailureNotice failure={failure} shown={['/name']} />
        <Button type="submit" loading={busy} disabled={name === undefined || name === account.name} className={styles.submit}>{states.save}</Button>
      </Stack>
    </form>
  );
}
