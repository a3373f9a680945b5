'use client';
import { useId, type ReactNode } from 'react';
import { useTexts } from '@/format/LocaleProvider';
import { statesTexts } from '@/texts/states';
import styles from './charts.module.css';

interface Props {
  caption: string;
  /** The same figures, for whoever reads rather than looks: header cells, and rows of as many. */
  head: string[];
  rows: string[][];
  children: ReactNode;
}

/** A chart as a figure with a caption and the table behind it. */
export function ChartFigure({ caption, head, rows, children }: Props) {
  const states = useTexts(statesTexts);
  const id = useId();
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.caption}>{caption}</figcaption>
      {children}
      <details className={styles.details}>
        <summary>{states.tableBehind}</summary>
        <div className={styles.scroll} tabIndex={0} role="region" aria-labelledby={id}>
          <table className={styles.table}>
            <thead><tr>{head.map((cell) => <th key={cell} scope="col">{cell}</th>)}</tr></thead>
            <tbody>{rows.map(([first, ...rest], i) => <tr key={i}><th scope="row">{first}</th>{rest.map((cell, j) => <td key={j}>{cell}</td>)}</tr>)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
