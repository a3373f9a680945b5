import { colorOf } from './Plot';
import styles from './charts.module.css';

/** The run of a figure, without axes; the figure itself stands beside it. */
export function Sparkline({ values, color = 1 }: { values: number[]; color?: 1 | 2 }) {
  const top = Math.max(0, ...values) || 1;
  const run = values.length === 1 ? [values[0]!, values[0]!] : values;
  const points = run.map((value, i) => `${(i / (run.length - 1)) * 100},${94 - 88 * (value / top)}`).join(' ');
  return (
    <svg viewBox="0 0 100 100" className={styles.sparkline} aria-hidden focusable="false" preserveAspectRatio="none">
      <polygon points={`0,100 ${points} 100,100`} fill={colorOf(color)} opacity={0.14} />
      <polyline points={points} fill="none" stroke={colorOf(color)} strokeWidth={1.75} vectorEffect="non-scaling-stroke" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
