import type { ReactNode } from 'react';
import type { Icon } from '@tabler/icons-react';
import styles from './states.module.css';

/** In the place of a list without a row: what would be here, and the first thing to do. */
export function Empty({ icon: Icon, title, text, action }: { icon: Icon; title: string; text: string; action?: ReactNode }) {
  return (
    <div className={styles.state}>
      <Icon size={32} stroke={1.5} aria-hidden color="var(--muted)" />
      <h2 className={styles.title}>{title}</h2>
      <p>{text}</p>
      {action}
    </div>
  );
}
