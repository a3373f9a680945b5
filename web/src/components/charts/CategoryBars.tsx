'use client';
import { ChartFigure } from './ChartFigure';
import styles from './charts.module.css';

interface Props {
  caption: string;
  /** What the columns of the table behind are called. */
  head: [string, string];
  /** Largest first. */
  items: { label: string; value: number }[];
  format: (value: number) => string;
}

/** A bar for each category, with its name and its figure directly at it. */
export function CategoryBars({ caption, head, items, format }: Props) {
  const largest = Math.max(1e-9, ...items.map((each) => each.value));
  return (
    <ChartFigure caption={caption} head={head} rows={items.map(({ label, value }) => [label, format(value)])}>
      <div className={styles.categories} aria-hidden>
        {items.map(({ label, value }) => (
          <div key={label} className={styles.category}>
            <span className={styles.categoryName}>{label}</span><span className={styles.categoryValue}>{format(value)}</span>
            <span className={styles.track}><span style={{ width: `${(value / largest) * 100}%` }} /></span>
          </div>
        ))}
      </div>
    </ChartFigure>
  );
}
