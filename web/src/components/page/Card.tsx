import { useId, type ReactNode } from 'react';
import styles from './Page.module.css';

/** A titled part of a page. */
export function Card({ title, actions, flush, children }: { title?: ReactNode; actions?: ReactNode; flush?: boolean; children: ReactNode }) {
  const id = useId();
  return (
    <section className={`${styles.card} ${flush ? styles.flush : ''}`} aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div className={styles.cardHead}>
          {title && <h2 className={styles.cardTitle} id={id}>{title}</h2>}
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
