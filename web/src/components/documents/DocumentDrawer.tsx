'use client';
import { ActionIcon, Drawer, Skeleton } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import Link from 'next/link';
import { useRole } from '@/api/useRole';
import { useFormat, useTexts } from '@/format/LocaleProvider';
import { documentsTexts } from '@/texts/documents';
import { statesTexts } from '@/texts/states';
import { useDialog } from '../forms/useDialog';
import { StatusPill } from '../page/StatusPill';
import table from '../page/table.module.css';
import { hasRole } from '../shell/navigation';
import { Loaded } from '../states/Loaded';
import { piecesOf, type BookedDocument, type BookedLine } from './document';
import styles from './DocumentDrawer.module.css';
import type { DocumentTexts } from './DocumentsPage';
import { ReverseDialog } from './ReverseDialog';

interface Props {
  texts: DocumentTexts;
  query: { data?: BookedDocument; error?: unknown; isFetching: boolean; refetch: () => unknown };
  onClose: () => void;
}

/** One sale or purchase with all its lines, each of which can be reversed. */
export function DocumentDrawer({ texts, query, onClose }: Props) {
  const states = useTexts(statesTexts);
  const format = useFormat();
  const title = query.data ? texts.open(format.time(query.data.timestamp)) : texts.title;
  return (
    <Drawer opened onClose={onClose} position="right" size="lg" title={title} closeButtonProps={{ 'aria-label': states.close }}>
      <Loaded query={query} skeleton={<Skeleton h={320} />}>
        {(document) => (
          <>
            <Facts document={document} />
            <Lines texts={texts} lines={document.lines} refetch={query.refetch} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function Facts({ document: { supplier, note, total, by, lines, timestamp } }: { document: BookedDocument }) {
  const texts = useTexts(documentsTexts);
  const format = useFormat();
  const facts: [string, string | null | undefined][] = [
    [texts.total, texts.totalAndPieces(format.money(total), texts.pieceCount(piecesOf({ lines }), format.number(piecesOf({ lines }))))],
    [texts.time, format.time(timestamp)], [texts.by, by ?? texts.system], [texts.supplier, supplier], [texts.note, note],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => value && <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

function Lines({ texts, lines, refetch }: { texts: DocumentTexts; lines: BookedLine[]; refetch: () => unknown }) {
  const words = useTexts(documentsTexts);
  const mayReverse = hasRole(useRole(), 'staff');
  const reversing = useDialog<BookedLine>();
  return (
    <div className={`${table.scroll} ${styles.lines}`} tabIndex={0} role="group" aria-label={words.lines}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{words.product}</th><th scope="col" className={table.figure}>{words.quantity}</th><th scope="col" className={table.figure}>{texts.unit}</th>
            <th scope="col" className={table.figure}>{words.total}</th>{mayReverse && <td />}
          </tr>
        </thead>
        <tbody>{lines.map((line) => <Line key={line.id} line={line} onReverse={mayReverse ? () => reversing.open(line) : undefined} />)}</tbody>
      </table>
      {reversing.shown && <ReverseDialog texts={texts} line={reversing.shown} refetch={refetch} onClose={reversing.close} />}
    </div>
  );
}

function Line({ line: { productId, productName, quantity, unit, total, reversed }, onReverse }: { line: BookedLine; onReverse?: () => void }) {
  const texts = useTexts(documentsTexts);
  const format = useFormat();
  return (
    <tr className={reversed ? styles.reversed : undefined}>
      <th scope="row">
        <Link href={`/products/${productId}`} prefetch={false} className={styles.product}>{productName}</Link>
        {reversed && <StatusPill status="neutral" icon={IconArrowBackUp}>{texts.reversed}</StatusPill>}
      </th>
      <td className={table.figure}>{format.number(quantity)}</td>
      <td className={table.figure}>{format.unitCost(unit)}</td>
      <td className={table.figure}>{format.money(total)}</td>
      {onReverse && (
        <td className={table.figure}>
          {!reversed && <ActionIcon variant="default" aria-label={texts.reverseLine(productName)} title={texts.reverse} onClick={onReverse}><IconArrowBackUp size={18} aria-hidden /></ActionIcon>}
        </td>
      )}
    </tr>
  );
}
