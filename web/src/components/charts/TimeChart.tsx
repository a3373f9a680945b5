'use client';
// Bars or lines over periods, drawn on the server as well: not a byte of a charting library reaches the browser. What is written
// has the same size at every width; how many periods are written is chosen by container queries, so nothing shifts.
import { ChartFigure } from './ChartFigure';
import styles from './charts.module.css';
import { colorOf, Plot, type Kind } from './Plot';
import { Probe } from './Probe';
import { keepApart, roundTicks, writtenLabels } from './scale';

export interface Series {
  name: string;
  values: number[];
  color: 1 | 2;
}

interface Props {
  caption: string;
  kind: Kind;
  /** What the first column of the table behind is called. */
  period: string;
  /** Of the periods, as long as each series. */
  labels: string[];
  series: Series[];
  format: (value: number) => string;
  /** For the axis. */
  shortFormat: (value: number) => string;
}

/** In percent of the lowest chart: at least a line of text, so that one name does not stand on another. */
const LINE = 8;

export function TimeChart({ caption, kind, period, labels, series, format, shortFormat }: Props) {
  const ticks = roundTicks(series.flatMap((each) => each.values));
  const last = labels.length - 1;
  const places = labels.map((_, i) => (kind === 'bars' ? ((i + 0.5) / labels.length) * 100 : last === 0 ? 50 : (i / last) * 100));
  const rows = labels.map((label, i) => [label, ...series.map((each) => format(each.values[i] ?? 0))]);
  const ended = kind === 'lines' && series.length > 1;
  return (
    <ChartFigure caption={caption} head={[period, ...series.map((each) => each.name)]} rows={rows}>
      {series.length > 1 && (
        <ul className={`${styles.legend} ${ended ? styles.narrowOnly : ''}`}>
          {series.map((each) => <li key={each.name}><span style={{ background: colorOf(each.color) }} aria-hidden />{each.name}</li>)}
        </ul>
      )}
      <div className={styles.chart}>
        <div className={styles.values} aria-hidden>{ticks.toReversed().map((tick) => <span key={tick}>{shortFormat(tick)}</span>)}</div>
        <div className={styles.plot}>
          <Plot kind={kind} series={series} places={places} ticks={ticks} />
          {labels.length > 0 && <Probe caption={caption} kind={kind} series={series} places={places} rows={rows} />}
        </div>
        {ended && <Ends series={series} top={ticks.at(-1) || 1} />}
        <Periods labels={labels} places={places} />
      </div>
    </ChartFigure>
  );
}

/** The lines' names, where they end. */
function Ends({ series, top }: { series: Series[]; top: number }) {
  const places = keepApart(series.map((each) => 100 * (1 - (each.values.at(-1) ?? 0) / top)), LINE, 100);
  return (
    <div className={styles.ends} aria-hidden>
      {series.map((each, n) => <span key={each.name} style={{ top: `${places[n]}%`, color: colorOf(each.color) }}>{each.name}</span>)}
    </div>
  );
}

function Periods({ labels, places }: { labels: string[]; places: number[] }) {
  const written = [3, 4, 7, 12].map((most) => [most, writtenLabels(labels.length, most)] as const);
  const last = labels.length - 1;
  return (
    <div className={styles.periods} aria-hidden>
      {labels.map((label, i) => {
        const at = written.flatMap(([most, labelled]) => (labelled.has(i) ? [most] : [])).join(' ');
        const atEdge = i === last && last > 4;
        return at !== '' && <span key={i} data-at={at} data-last={atEdge || undefined} style={atEdge ? undefined : { left: `${places[i]}%` }}>{label}</span>;
      })}
    </div>
  );
}
