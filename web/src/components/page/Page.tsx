import type { ReactNode } from 'react';
import styles from './Page.module.css';

interface Props {
  /** A link to where it belongs. */
  above?: ReactNode;
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page below the shell: its one h1, what can be done here, and the rest. */
export function Page({ above, title, lead, actions, children }: Props) {
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.titles}>
          {above}
          <h1 className={styles.title}>{title}</h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
