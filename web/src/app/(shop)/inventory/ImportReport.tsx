'use client';
import type { ImportReport } from '@/api';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { productImportTexts } from '@/texts/inventory';
import styles from './import.module.css';

/** How many rows do what. */
export function ImportCounts({ report }: { report: ImportReport }) {
  const productImport = useTexts(productImportTexts);
  const format = useFormat();
  const { dryRun, rows, created, updated, unchanged, errors, errorsNotShown, ignoredColumns } = report;
  const counts: [string, number][] = [
    [productImport.rows, rows],
    [dryRun ? productImport.wouldBeCreated : productImport.created, created],
    [dryRun ? productImport.wouldBeUpdated : productImport.updated, updated],
    [productImport.unchanged, unchanged],
    [productImport.faults, errors.length + errorsNotShown],
  ];
  return (
    <>
      <dl className={styles.counts}>
        {counts.map(([label, count]) => <div key={label}><dt>{label}</dt><dd>{format.number(count)}</dd></div>)}
      </dl>
      {ignoredColumns.length > 0 && <p className={styles.aside}>{productImport.ignored(ignoredColumns.join(', '))}</p>}
    </>
  );
}

/** `/rows/12/price`: the thirteenth row of the spreadsheet, since the names stand in its first. */
function placeOf(pointer: string) {
  const [, , row, ...column] = pointer.split('/');
  return { row: Number(row) + 1, column: column.join('/').replaceAll('~1', '/').replaceAll('~0', '~') };
}

/** What is wrong, row by row. */
export function ImportFaults({ faults, notShown }: { faults: ImportReport['errors']; notShown: number }) {
  const productImport = useTexts(productImportTexts);
  const format = useFormat();
  return (
    <div>
      <div className={styles.faults} tabIndex={0} role="region" aria-label={productImport.faultsCaption}>
        <table>
          <caption>{productImport.faultsCaption}</caption>
          <thead><tr><th scope="col">{productImport.row}</th><th scope="col">{productImport.column}</th><th scope="col">{productImport.reason}</th></tr></thead>
          <tbody>
            {faults.map(({ pointer, code, detail }) => {
              const { row, column } = placeOf(pointer);
              return <tr key={pointer + code}><th scope="row">{format.number(row)}</th><td>{column || productImport.wholeRow}</td><td>{detail}</td></tr>;
            })}
          </tbody>
        </table>
      </div>
      {notShown > 0 && <p className={styles.aside}>{productImport.moreFaults(format.number(notShown))}</p>}
    </div>
  );
}
