'use client';
import { UnstyledButton } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import { StatusPill } from '../page/StatusPill';
import table from '../page/table.module.css';
import { piecesOf, reversalOf, type BookedDocument } from './document';
import styles from './DocumentTable.module.css';

interface Props {
  caption: string;
  documents: BookedDocument[];
  withSupplier?: boolean;
  /** What opening one is called, for whoever does not see its row. */
  openLabel: (time: string) => string;
  onOpen: (id: string) => void;
}

/** Sales or purchases, a row each. */
export function DocumentTable({ caption, documents, withSupplier, openLabel, onOpen }: Props) {
  const texts = useTexts(documentsTexts);
  return (
    <div className={table.scroll} tabIndex={0} role="group" aria-label={caption}>
      <table className={table.table}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.time}</th>
            {withSupplier && <th scope="col" className={table.wideOnly}>{texts.supplier}</th>}
            <th scope="col">{texts.products}</th>
            <th scope="col" className={`${table.figure} ${table.wideOnly}`}>{texts.pieces}</th>
            <th scope="col" className={`${table.figure} ${styles.total}`}>{texts.total}</th>
            <th scope="col" className={table.wideOnly}>{texts.by}</th>
            <th scope="col" className={table.wideOnly}>{texts.note}</th>
          </tr>
        </thead>
        <tbody>{documents.map((each) => <Row key={each.id} document={each} withSupplier={withSupplier} openLabel={openLabel} onOpen={onOpen} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ document, withSupplier, openLabel, onOpen }: { document: BookedDocument } & Pick<Props, 'withSupplier' | 'openLabel' | 'onOpen'>) {
  const texts = useTexts(documentsTexts);
  const format = useFormat();
  const { id, timestamp, supplier, note, total, by } = document;
  const time = format.time(timestamp);
  const [day, hour] = format.dayAndHour(timestamp);
  return (
    <tr className={table.open} onClick={() => onOpen(id)}>
      <th scope="row">
        <UnstyledButton className={table.link} aria-label={openLabel(time)} onClick={(event) => { event.stopPropagation(); onOpen(id); }}>
          <span>{day}</span> <span className={table.muted}>{hour}</span>
        </UnstyledButton>
      </th>
      {withSupplier && <td className={table.wideOnly}>{supplier}</td>}
      <td><Summary document={document} /></td>
      <td className={`${table.figure} ${table.wideOnly}`}>{format.number(piecesOf(document))}</td>
      <td className={`${table.figure} ${styles.total}`}>{format.money(total)}</td>
      <td className={`${table.wideOnly} ${table.nowrap}`}>{by ?? texts.system}</td>
      <td className={`${table.wideOnly} ${styles.note}`}>{note}</td>
    </tr>
  );
}

const NAMED = 2;

/** The first lines, and how many more there are. */
function Summary({ document }: { document: BookedDocument }) {
  const texts = useTexts(documentsTexts);
  const format = useFormat();
  const { lines } = document;
  const reversal = reversalOf(document);
  const words = lines.slice(0, NAMED).map(({ productName, quantity }) => texts.line(productName, format.number(quantity)));
  if (lines.length > NAMED) words.push(texts.moreLines(lines.length - NAMED));
  return (
    <span className={styles.summary}>
      <span>{words.join(', ')}</span>
      {reversal !== 'none' && <StatusPill status="neutral" icon={IconArrowBackUp}>{reversal === 'all' ? texts.reversed : texts.partlyReversed}</StatusPill>}
    </span>
  );
}
