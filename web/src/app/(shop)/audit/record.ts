// What a record of the audit trail tells: columns as the database names them, and what they held.
import type { AuditRecord } from '@/api';

const columnsOf = (row: object | null): Map<string, unknown> => new Map(Object.entries(row ?? {}));

/** As the database has it; undefined for nothing. */
function written(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Those that change with every change, last. */
const KEPT_BY_THE_DATABASE = ['version', 'updated_at'];

export interface Change {
  column: string;
  before?: string;
  after?: string;
}

/** The columns that the change touched: of a new or a deleted record those that held something. */
export function changesIn({ before, after }: AuditRecord): Change[] {
  const [old, now] = [columnsOf(before), columnsOf(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .map((column) => ({ column, before: written(old.get(column)), after: written(now.get(column)) }))
    .filter((each) => each.before !== each.after);
  const isKept = ({ column }: Change) => KEPT_BY_THE_DATABASE.includes(column);
  return [...changes.filter((each) => !isKept(each)), ...changes.filter(isKept)];
}

/** What a record is called by people, where it has such a column. */
const NAMES = ['name', 'title', 'category', 'supplier', 'reason', 'type', 'note'];

export function nameOf({ before, after }: AuditRecord): string {
  const columns = columnsOf(after ?? before);
  return NAMES.map((each) => written(columns.get(each))).find((each) => each !== undefined) ?? '';
}
