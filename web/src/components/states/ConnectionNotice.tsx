'use client';
import { useNetwork } from '@mantine/hooks';
import { IconWifiOff } from '@tabler/icons-react';
import { useSelector } from 'react-redux';
import { useTexts } from '@/format/LocaleProvider';
import type { State } from '@/store/store';
import { statesTexts } from '@/texts/states';
import styles from './states.module.css';

/** Above a page while there is no network, or the last request got no answer. */
export function ConnectionNotice() {
  const states = useTexts(statesTexts);
  const { online } = useNetwork();
  const reachable = useSelector((state: State) => state.connection.reachable);
  return (
    <div role="status">
      {(!online || !reachable) && <p className={styles.offline}><IconWifiOff size={18} aria-hidden />{states.offline}</p>}
    </div>
  );
}
