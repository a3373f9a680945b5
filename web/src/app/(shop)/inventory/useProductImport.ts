'use client';
// Importing products from a file: read and checked first, and only then carried out.
import { useCallback, useRef, useState } from 'react';
import { useImportProductsMutation, type ImportReport } from '@/api';
import { failureOf, maybeCarriedOut, type Failure } from '@/api/problem';

export type FileFault = 'tooLarge' | 'notCsv' | 'unreadable' | 'empty';

interface CsvFile {
  name: string;
  text: string;
}

export type ImportState =
  | { step: 'choose' }
  | { step: 'refused'; name: string; fault: FileFault }
  | { step: 'checking' | 'importing'; file: CsvFile }
  | { step: 'checked' | 'done'; file: CsvFile; report: ImportReport }
  /** Of the check or of the import; `lost` when it may have been imported all the same. */
  | { step: 'failed'; file: CsvFile; failure: Failure; lost: boolean };

/** The API's own limit. */
const MOST_BYTES = 5 * 1024 * 1024;

async function readCsv(file: File): Promise<{ text: string } | { fault: FileFault }> {
  if (file.size === 0) return { fault: 'empty' };
  if (file.size > MOST_BYTES) return { fault: 'tooLarge' };
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    return { fault: 'unreadable' };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? { fault: 'notCsv' } : { text };
  } catch {
    return { fault: 'notCsv' };
  }
}

export function useProductImport() {
  const [send] = useImportProductsMutation();
  const [state, setState] = useState<ImportState>({ step: 'choose' });
  const sending = useRef(false);

  const run = useCallback(async (file: CsvFile, { dryRun, partial }: { dryRun: boolean; partial: boolean }) => {
    if (sending.current) return;
    sending.current = true;
    setState({ step: dryRun ? 'checking' : 'importing', file });
    try {
      const report = await send({ body: file.text, dryRun, partial }).unwrap();
      setState({ step: dryRun ? 'checked' : 'done', file, report });
    } catch (error) {
      const failure = failureOf(error);
      if (failure) setState({ step: 'failed', file, failure, lost: !dryRun && maybeCarriedOut(failure) });
    } finally {
      sending.current = false;
    }
  }, [send]);

  const check = useCallback((file: CsvFile) => run(file, { dryRun: true, partial: false }), [run]);
  const choose = useCallback(async (file: File) => {
    const read = await readCsv(file);
    if ('fault' in read) setState({ step: 'refused', name: file.name, fault: read.fault });
    else await check({ name: file.name, text: read.text });
  }, [check]);
  const carryOut = useCallback((file: CsvFile, partial: boolean) => run(file, { dryRun: false, partial }), [run]);
  return { state, choose, check, carryOut };
}
