'use client';
import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { maybeCarriedOut, wordsOf, type Failure } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';

interface Props {
  failure: Failure | undefined;
  /** The pointers of fields that show their complaints themselves. */
  shown?: string[];
  /** Whether it is sent under an idempotency key, so that trying again is safe. */
  once?: boolean;
  /** Without such a key: what trying again comes to, when nobody knows whether it was carried out. */
  unclear?: string;
}

/** In a form: why it was not taken. What a field shows itself is not said twice. */
export function FailureNotice({ failure, shown = [], once, unclear }: Props) {
  const states = useTexts(statesTexts);
  if (!failure || failure.status === 401) return null;
  const { title, detail } = wordsOf(failure, states);
  const again = unclear ?? (once ? states.noAnswer : undefined);
  const others = failure.errors.filter((each) => !shown.includes(each.pointer));
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title}>
      <Text size="sm">{(maybeCarriedOut(failure) && again) || detail}</Text>
      {others.length > 0 && <ul>{others.map((each) => <li key={each.pointer + each.code}>{each.pointer} {each.detail}</li>)}</ul>}
      {failure.requestId && <Text size="xs" mt={4}>{states.requestId(failure.requestId)}</Text>}
    </Alert>
  );
}
