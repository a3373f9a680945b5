// For an address that is none of ours, signed in or not.
import type { Metadata } from 'next';
import { localeOfRequest } from '@/server/locale';
import { textsOf } from '@/texts';
import { shellTexts } from '@/texts/shell';
import { statesTexts } from '@/texts/states';
import styles from './(site)/landing.module.css';

export const generateMetadata = async (): Promise<Metadata> => ({ title: textsOf(statesTexts, await localeOfRequest()).notFoundTitle });

export default async function NotFound() {
  const locale = await localeOfRequest();
  const shell = textsOf(shellTexts, locale);
  const states = textsOf(statesTexts, locale);
  return (
    <div className={styles.page}>
      <header className={styles.header}><span className={styles.mark} aria-hidden>◆</span>{shell.product}</header>
      <main className={styles.main}>
        <h1>{states.notFoundTitle}</h1>
        <p className={styles.lead}>{states.notFound}</p>
        <a className={styles.signIn} href="/dashboard">{states.toDashboard}</a>
      </main>
    </div>
  );
}
