import styles from './landing.module.css';

const SHELVES = [[64, 40, 52, 30], [36, 58, 28, 46], [50, 34, 60, 40]];
const WIDTH = 76;
const SHELF = 96;

/** Shelves with boxes of different heights, as bars of a chart. It says nothing, so it has no text. */
export function Illustration() {
  return (
    <svg viewBox="0 0 400 328" className={styles.illustration} aria-hidden focusable="false">
      {SHELVES.map((boxes, row) => {
        const floor = 92 + row * SHELF;
        return (
          <g key={row}>
            {boxes.map((height, i) => (
              <rect key={i} x={36 + i * (WIDTH + 8)} y={floor - height} width={WIDTH} height={height} rx={6} className={(row + i) % 4 === 1 ? styles.boxSecond : (row + i) % 3 === 0 ? styles.boxFirst : styles.box} />
            ))}
            <rect x={16} y={floor} width={368} height={6} rx={3} className={styles.shelf} />
          </g>
        );
      })}
      <rect x={16} y={16} width={6} height={296} rx={3} className={styles.shelf} />
      <rect x={378} y={16} width={6} height={296} rx={3} className={styles.shelf} />
    </svg>
  );
}
