'use client';
import { Button } from '@mantine/core';
import { IconChevronRight, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { AuditRecord } from '@/api';
import { StatusPill } from '@/components/page/StatusPill';
import { useQueryState } from '@/components/page/useQueryState';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { auditTexts } from '@/texts/audit';
import { Comparison } from './Comparison';
import { nameOf } from './record';
import { TABLES } from './filters';
import styles from './audit.module.css';

const LOOKS = {
  insert: { status: 'good', icon: IconPlus },
  update: { status: 'accent', icon: IconPencil },
  delete: { status: 'bad', icon: IconTrash },
} as const;

/** One change: who, what and when; with what it changed once it is opened. */
export function AuditEntry({ record }: { record: AuditRecord }) {
  const audit = useTexts(auditTexts);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { action, timestamp, user, actorId } = record;
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={styles.summary}>
          <IconChevronRight size={16} aria-hidden className={styles.chevron} />
          <span className={styles.action}><StatusPill {...LOOKS[action]}>{audit.actions[action]}</StatusPill></span>
          <span className={styles.what}><span className={styles.table}><TableName table={record.table} /></span> {nameOf(record)}</span>
          <span className={styles.who}>{user?.name ?? (actorId ? audit.unknownPerson : audit.system)}</span>
          <time className={styles.when} dateTime={timestamp}>{format.time(timestamp)}</time>
        </summary>
        {open && <Details record={record} />}
      </details>
    </li>
  );
}

function TableName({ table }: { table: string }) {
  const audit = useTexts(auditTexts);
  const known = TABLES.find((each) => each === table);
  return known ? audit.records[known] : table;
}

function Details({ record }: { record: AuditRecord }) {
  const audit = useTexts(auditTexts);
  const { set, params } = useQueryState();
  return (
    <div className={styles.details}>
      <Comparison record={record} />
      <dl className={styles.facts}>
        <div><dt>{audit.record}</dt><dd>{record.rowId}</dd></div>
        {record.requestId && <div><dt>{audit.request}</dt><dd>{record.requestId}</dd></div>}
      </dl>
      {params.get('record') !== record.rowId && <Button variant="default" size="xs" onClick={() => set({ record: record.rowId })}>{audit.history}</Button>}
    </div>
  );
}
