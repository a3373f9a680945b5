'use client';
// The figures of one period at a time: under the pointer or the finger, and by the arrow keys.
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import styles from './charts.module.css';
import { colorOf, type Kind } from './Plot';
import type { Series } from './TimeChart';

interface Props {
  caption: string;
  kind: Kind;
  series: Series[];
  places: number[];
  /** Each period's name and figures, as in the table behind. */
  rows: string[][];
}

export function Probe({ caption, kind, series, places, rows }: Props) {
  const [shown, show] = useState<number>();
  const last = rows.length - 1;
  const current = shown === undefined ? undefined : Math.min(shown, last);
  const point = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = (event.clientX - left) / width;
    show(Math.min(last, Math.max(0, kind === 'bars' ? Math.floor(at * rows.length) : Math.round(at * last))));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = current ?? last;
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') show(undefined);
    if (to === undefined) return;
    event.preventDefault();
    show(Math.min(last, Math.max(0, to)));
  };
  return (
    <>
      <div
        className={styles.probe} role="slider" tabIndex={0} aria-label={caption} aria-valuemin={0} aria-valuemax={last} aria-valuenow={current ?? last}
        aria-valuetext={read(rows[current ?? last]!, series)} onPointerMove={point} onPointerDown={point} onPointerLeave={() => show(undefined)}
        onKeyDown={onKeyDown} onFocus={() => show((before) => before ?? last)} onBlur={() => show(undefined)}
      />
      {current !== undefined && <Tooltip row={rows[current]!} series={series} place={places[current]!} />}
    </>
  );
}

const read = ([period, ...figures]: string[], series: Series[]) => `${period}: ${figures.map((figure, n) => `${series[n]!.name} ${figure}`).join(', ')}`;

function Tooltip({ row: [period, ...figures], series, place }: { row: string[]; series: Series[]; place: number }) {
  return (
    <>
      <span className={styles.guide} style={{ left: `${place}%` }} aria-hidden />
      {/* Within the plot at either end, beside the guide: its own width shifts it by as much as its place says. */}
      <div className={styles.tooltip} style={{ left: `${place}%`, translate: `-${place}% 0` }} aria-hidden>
        <strong>{period}</strong>
        {figures.map((figure, n) => (
          <span key={n}><i style={{ background: colorOf(series[n]!.color) }} />{series[n]!.name}<b>{figure}</b></span>
        ))}
      </div>
    </>
  );
}
