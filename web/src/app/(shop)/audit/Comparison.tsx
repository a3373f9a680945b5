'use client';
import type { AuditRecord } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import { auditTexts } from '@/texts/audit';
import { changesIn } from './record';
import styles from './audit.module.css';

/** The columns that were changed, before and after. */
export function Comparison({ record }: { record: AuditRecord }) {
  const audit = useTexts(auditTexts);
  const { action } = record;
  const head = [audit.column, ...(action === 'insert' ? [] : [audit.before]), ...(action === 'delete' ? [] : [audit.after])];
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={audit.comparison}>
      <table className={styles.comparison}>
        <thead><tr>{head.map((each) => <th key={each} scope="col">{each}</th>)}</tr></thead>
        <tbody>
          {changesIn(record).map(({ column, before, after }) => (
            <tr key={column}>
              <th scope="row"><code>{column}</code></th>
              {action !== 'insert' && <td><Value text={before} /></td>}
              {action !== 'delete' && <td><Value text={after} /></td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ text }: { text: string | undefined }) {
  const audit = useTexts(auditTexts);
  return text === undefined ? <span className={styles.nothing}>{audit.nothing}</span> : text;
}
