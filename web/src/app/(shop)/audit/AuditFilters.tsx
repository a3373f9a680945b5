'use client';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useListUsersQuery } from '@/api';
import { useQueryState } from '@/components/page/useQueryState';
import { useTexts } from '@/format/LocaleProvider';
import { auditTexts } from '@/texts/audit';
import { TABLES, type Filters } from './filters';
import styles from './audit.module.css';

export function AuditFilters({ filters: { table, actorId, rowId, from, to } }: { filters: Filters }) {
  const audit = useTexts(auditTexts);
  const { set } = useQueryState();
  const { data: users = [] } = useListUsersQuery({ limit: 1000 });
  const people = users.map(({ userId, name, email }) => ({ value: userId, label: email ? `${name} (${email})` : name }));
  // Until the people are there, and of whoever is not among them.
  const missing = actorId !== undefined && !people.some(({ value }) => value === actorId);
  const backwards = from !== undefined && to !== undefined && from > to;
  return (
    <div className={styles.filters}>
      <NativeSelect
        label={audit.table} value={table ?? ''} onChange={(event) => set({ table: event.currentTarget.value })}
        data={[{ value: '', label: audit.allTables }, ...TABLES.map((each) => ({ value: each, label: audit.tables[each] }))]}
      />
      <NativeSelect
        label={audit.person} value={actorId ?? ''} onChange={(event) => set({ person: event.currentTarget.value })}
        data={[{ value: '', label: audit.everybody }, ...people, ...(missing ? [{ value: actorId, label: audit.unknownPerson }] : [])]}
      />
      <TextInput type="date" label={audit.from} value={from ?? ''} onChange={(event) => set({ from: event.currentTarget.value })} />
      <TextInput type="date" label={audit.to} value={to ?? ''} onChange={(event) => set({ to: event.currentTarget.value })} error={backwards && audit.backwards} />
      {(table || actorId || rowId || from || to) && (
        <Button variant="subtle" className={styles.clear} onClick={() => set({ table: undefined, person: undefined, record: undefined, from: undefined, to: undefined })}>
          {rowId ? audit.clearRecord : audit.clear}
        </Button>
      )}
    </div>
  );
}
