// The page for whoever is not signed in.
import { IconClipboardCheck, IconShoppingCart, IconTruckDelivery } from '@tabler/icons-react';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { localeOfRequest } from '@/server/locale';
import { ACCESS_COOKIE, REFRESH_COOKIE } from '@/server/session';
import { textsOf } from '@/texts';
import { landingTexts } from '@/texts/landing';
import { shellTexts } from '@/texts/shell';
import { Illustration } from './Illustration';
import styles from './landing.module.css';

const ICONS = [IconTruckDelivery, IconShoppingCart, IconClipboardCheck];

export default async function Landing({ searchParams }: { searchParams: Promise<{ problem?: string }> }) {
  const jar = await cookies();
  const { problem } = await searchParams;
  if (!problem && (jar.has(ACCESS_COOKIE) || jar.has(REFRESH_COOKIE))) redirect('/dashboard');
  const locale = await localeOfRequest();
  const landing = textsOf(landingTexts, locale);
  const shell = textsOf(shellTexts, locale);
  const complaint = problem && Object.hasOwn(landing.problems, problem) && landing.problems[problem];
  return (
    <div className={styles.page}>
      <header className={styles.header}><span className={styles.mark} aria-hidden>◆</span>{shell.product}</header>
      <main className={styles.main}>
        <div className={styles.hero}>
          <div>
            <h1>{landing.title}</h1>
            <p className={styles.lead}>{landing.lead}</p>
            {complaint && <p className={styles.problem} role="alert">{complaint}</p>}
            {/* A plain link: it leaves this site. */}
            <a className={styles.signIn} href="/auth/sign-in">{landing.signIn}</a>
            <p className={styles.hint}>{landing.hint}</p>
          </div>
          <Illustration />
        </div>
        <ul className={styles.points}>
          {landing.points.map(({ title, text }, i) => {
            const Icon = ICONS[i]!;
            return <li key={title}><span className={styles.icon}><Icon size={20} stroke={1.7} aria-hidden /></span><h2>{title}</h2><p>{text}</p></li>;
          })}
        </ul>
      </main>
    </div>
  );
}
