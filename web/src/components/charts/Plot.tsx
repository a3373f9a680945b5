// What is drawn between the axes. Places are percentages, so that a drawing is as wide as its place while lines, corners and
// dots keep their size.
import styles from './charts.module.css';
import type { Series } from './TimeChart';

export type Kind = 'bars' | 'lines';

interface Props {
  kind: Kind;
  series: Series[];
  /** In percent from the left, of the middle of each period. */
  places: number[];
  ticks: number[];
}

export const colorOf = (color: Series['color']) => `var(--series-${color})`;

export function Plot({ kind, series, places, ticks }: Props) {
  const top = ticks.at(-1) || 1;
  const y = (value: number) => 100 * (1 - value / top);
  return (
    <svg className={styles.drawing} aria-hidden focusable="false">
      {ticks.map((tick) => <line key={tick} x1="0" x2="100%" y1={`${y(tick)}%`} y2={`${y(tick)}%`} className={styles.grid} />)}
      {series.map((each, n) => (kind === 'bars'
        ? <Bars key={each.name} series={each} places={places} y={y} nth={n} of={series.length} />
        : <Line key={each.name} series={each} places={places} y={y} />))}
    </svg>
  );
}

interface Drawn { series: Series; places: number[]; y: (value: number) => number }

function Bars({ series, places, y, nth, of }: Drawn & { nth: number; of: number }) {
  const width = (100 / places.length) * (places.length > 20 ? 0.8 : 0.64) / of;
  return series.values.map((value, i) => value > 0 && (
    <rect key={i} x={`${places[i]! + (nth - of / 2) * width}%`} y={`${y(value)}%`} width={`${width * (of > 1 ? 0.92 : 1)}%`} height={`${100 - y(value)}%`} rx={2} fill={colorOf(series.color)} />
  ));
}

function Line({ series: { values, color }, places, y }: Drawn) {
  const last = values.length - 1;
  return (
    <>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%" overflow="visible">
        <polyline points={values.map((value, i) => `${places[i]},${y(value)}`).join(' ')} fill="none" stroke={colorOf(color)} strokeWidth={2} vectorEffect="non-scaling-stroke" strokeLinejoin="round" strokeLinecap="round" />
      </svg>
      {values.map((value, i) => (values.length <= 31 || i === last) && <circle key={i} cx={`${places[i]}%`} cy={`${y(value)}%`} r={i === last ? 4 : 2.5} fill={colorOf(color)} />)}
    </>
  );
}
