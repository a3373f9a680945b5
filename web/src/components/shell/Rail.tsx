'use client';
import Link, { useLinkStatus } from 'next/link';
import { usePathname } from 'next/navigation';
import { useRole } from '@/api/useRole';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import { DESTINATIONS, hasRole } from './navigation';
import styles from './Rail.module.css';

/** The left rail: where one can go, and where one is. */
export function Rail({ onNavigate }: { onNavigate: () => void }) {
  const shell = useTexts(shellTexts);
  // As long as it is not known: what everyone has who is let in.
  const role = useRole() ?? 'viewer';
  const here = usePathname();
  return (
    <ul className={styles.list}>
      {DESTINATIONS.filter((each) => hasRole(role, each.role)).map(({ path, text, icon: Icon }) => {
        const current = here === path || here.startsWith(`${path}/`);
        return (
          <li key={path}>
            <Link href={path} prefetch={false} className={styles.link} aria-current={current ? 'page' : undefined} onClick={onNavigate}>
              <Icon size={20} stroke={1.7} aria-hidden />
              {shell.navigation[text]}
              <Pending />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

/** In the link that was followed, until its page is there: pages come whole, with their figures. */
function Pending() {
  const { pending } = useLinkStatus();
  return <span className={styles.pending} data-pending={pending || undefined} aria-hidden />;
}
