import type { Icon } from '@tabler/icons-react';
import styles from './StatusPill.module.css';

export type Status = 'good' | 'warn' | 'bad' | 'neutral' | 'accent';

/** A state, told by colour, icon and word: never by colour alone. */
export function StatusPill({ status, icon: Icon, children }: { status: Status; icon: Icon; children: string }) {
  return <span className={`${styles.pill} ${styles[status]}`}><Icon size={14} stroke={2} aria-hidden />{children}</span>;
}
