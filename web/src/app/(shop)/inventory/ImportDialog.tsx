'use client';
import { Alert, Button, Checkbox, Group, Loader, Modal, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import { FailureNotice } from '@/components/forms/FailureNotice';
import { useTexts } from '@/format/LocaleProvider';
import { productImportTexts } from '@/texts/inventory';
import { statesTexts } from '@/texts/states';
import { FileChoice } from './FileChoice';
import styles from './import.module.css';
import { ImportCounts, ImportFaults } from './ImportReport';
import { useProductImport, type ImportState } from './useProductImport';

/** Products from a file: checked first, with all that is wrong in it, and then imported. */
export default function ImportDialog({ onClose }: { onClose: () => void }) {
  const productImport = useTexts(productImportTexts);
  const states = useTexts(statesTexts);
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const { state, choose, check, carryOut } = useProductImport();
  const [partial, setPartial] = useState(false);
  const busy = state.step === 'checking' || state.step === 'importing';
  return (
    <Modal opened onClose={onClose} title={productImport.title} size="xl" fullScreen={phone} closeOnEscape={!busy} closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': states.close, 'disabled': busy }}>
      <div className={styles.steps}>
        <Text size="sm" c="var(--muted)">{productImport.lead}</Text>
        {!busy && state.step !== 'done' && <FileChoice again={state.step !== 'choose'} onChoose={(file) => { setPartial(false); void choose(file); }} />}
        <div role="status" className={styles.status}><Progress state={state} /></div>
        <Outcome state={state} partial={partial} onPartial={setPartial} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose} disabled={busy}>{state.step === 'done' ? productImport.close : states.cancel}</Button>
          {state.step === 'failed' && !UNREADABLE.includes(state.failure.status) && <Button onClick={() => check(state.file)}>{productImport.checkAgain}</Button>}
          {state.step === 'checked' && <Button disabled={!isImportable(state, partial)} onClick={() => carryOut(state.file, partial)}>{productImport.start}</Button>}
        </Group>
      </div>
    </Modal>
  );
}

/** What is no CSV, or too long, is so the next time. */
const UNREADABLE = [400, 413];

type Checked = Extract<ImportState, { step: 'checked' | 'done' }>;

const faultsOf = ({ report: { errors, errorsNotShown } }: Checked) => errors.length + errorsNotShown;
/** Faults of the names of the columns concern every row. */
const canBePartial = (state: Checked) => faultsOf(state) > 0 && changesOf(state) > 0 && !state.report.errors.some(({ pointer }) => /^\/rows\/0(\/|$)/.test(pointer));
const changesOf = ({ report: { created, updated } }: Checked) => created + updated;
const isImportable = (state: Checked, partial: boolean) => changesOf(state) > 0 && (faultsOf(state) === 0 || (partial && canBePartial(state)));

function Progress({ state }: { state: ImportState }) {
  const productImport = useTexts(productImportTexts);
  switch (state.step) {
    case 'checking': return <><Loader size={18} />{productImport.checking(state.file.name)}</>;
    case 'importing': return <><Loader size={18} />{productImport.importing(state.file.name)}</>;
    case 'checked': return productImport.checked(state.file.name);
    case 'done': return productImport.done(state.file.name);
    default: return null;
  }
}

interface OutcomeProps {
  state: ImportState;
  partial: boolean;
  onPartial: (partial: boolean) => void;
}

function Outcome({ state, partial, onPartial }: OutcomeProps) {
  const productImport = useTexts(productImportTexts);
  if (state.step === 'refused') return <Alert role="alert" color="red" variant="light">{productImport[state.fault](state.name)}</Alert>;
  if (state.step === 'failed') {
    const rows = state.failure.errors.filter(({ pointer }) => pointer.startsWith('/rows/'));
    return (
      <>
        <FailureNotice failure={state.failure} shown={rows.map(({ pointer }) => pointer)} />
        {state.lost && <Alert color="yellow" variant="light">{productImport.noAnswer}</Alert>}
        {rows.length > 0 && <ImportFaults faults={rows} notShown={0} />}
      </>
    );
  }
  if (state.step !== 'checked' && state.step !== 'done') return null;
  const { report, step } = state;
  return (
    <>
      <ImportCounts report={report} />
      {report.errors.length > 0 && <ImportFaults faults={report.errors} notShown={report.errorsNotShown} />}
      {step === 'checked' && canBePartial(state) && (
        <Checkbox label={productImport.partial} description={productImport.partialHint} checked={partial} onChange={({ currentTarget }) => onPartial(currentTarget.checked)} />
      )}
      {step === 'checked' && faultsOf(state) === 0 && changesOf(state) === 0 && <Text size="sm">{productImport.nothingToDo}</Text>}
    </>
  );
}
