'use client';
import { Alert, Progress, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productImageTexts } from '@/texts/productImage';
import { statesTexts } from '@/texts/states';
import { FailureNotice } from '../forms/FailureNotice';
import type { UploadState } from './useImageUpload';

/** How far it is, or why it did not work. */
export function UploadStatus({ state }: { state: UploadState }) {
  const states = useTexts(statesTexts);
  const texts = useTexts(productImageTexts);
  const format = useFormat();
  if (state.at === 'failed') {
    if (!state.problem) return <FailureNotice failure={state.failure} />;
    return (
      <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />}>
        {texts.problems[state.problem]}
        {state.failure?.requestId && <Text size="xs" mt={4}>{states.requestId(state.failure.requestId)}</Text>}
      </Alert>
    );
  }
  const sent = state.at === 'sending' ? state.sent : state.at === 'confirming' ? 1 : 0;
  const words = { start: '', stopped: texts.stopped, beginning: texts.beginning, confirming: texts.confirming, sending: texts.sending(format.percent(sent)) }[state.at];
  return (
    <div>
      {state.at !== 'start' && state.at !== 'stopped' && (
        <Progress.Root size="md" mb={8}><Progress.Section value={sent * 100} aria-label={texts.progress} /></Progress.Root>
      )}
      <Text size="sm" role="status">{words}</Text>
    </div>
  );
}
