'use client';
// A fault of ours around the pages: in what (shop)/layout.tsx and the landing page need. Nothing of the shell or its providers is here.
import { textsOf } from '@/texts';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import styles from './(site)/landing.module.css';

const languageShown = () => (typeof document === 'undefined' ? 'en' : document.documentElement.lang);

/** What failed may be what the server has sent, so all of it is asked for again. */
export default function LayoutError({ error }: { error: Error & { digest?: string } }) {
  const shell = textsOf(shellTexts, languageShown());
  const states = textsOf(statesTexts, languageShown());
  return (
    <div className={styles.page}>
      <header className={styles.header}><span className={styles.mark} aria-hidden>◆</span>{shell.product}</header>
      <main className={styles.main}>
        <h1>{states.brokenTitle}</h1>
        <p className={styles.lead}>{error.digest ? states.broken : states.brokenUnnumbered}</p>
        <button className={styles.again} type="button" onClick={() => window.location.reload()}>{states.retry}</button>
        {error.digest && <p className={styles.hint}>{states.requestId(error.digest)}</p>}
      </main>
    </div>
  );
}
