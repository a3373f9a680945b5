'use client';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useExportListMutation } from '@/api';
import { failureOf, wordsOf } from '@/api/problem';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import { notifyDone, notifyFailed } from './notify';

/** Saves all of a list as CSV, with the filter that is shown: `url` and `params` as for the list, without a limit. */
export function ExportButton({ url, params }: { url: string; params: object }) {
  const states = useTexts(statesTexts);
  const [exportList, { isLoading }] = useExportListMutation();
  const save = async () => {
    const { data: file, error } = await exportList({ url, params });
    if (file) notifyDone(states.exported(file));
    const failure = failureOf(error);
    if (failure && failure.status !== 401) notifyFailed(`${states.notExported} ${wordsOf(failure, states).detail}`);
  };
  return <Button variant="default" leftSection={<IconDownload size={18} aria-hidden />} loading={isLoading} onClick={save}>{states.exportCsv}</Button>;
}
