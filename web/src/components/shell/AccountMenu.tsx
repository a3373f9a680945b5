'use client';
import { ActionIcon, type ActionIconProps } from '@mantine/core';
import { useState, type ComponentProps } from 'react';
import { useShowOwnAccountQuery } from '@/api';
import { useTexts } from '@/format/LocaleProvider';
import { shellTexts } from '@/texts/shell';
import styles from './Shell.module.css';
import { useLoaded } from './useLoaded';

const get = () => import('./AccountMenuItems');
/** Without showing it: a button that is replaced while it is pressed is not clicked. */
const fetchAhead = () => { get().catch(() => {}); };

/** The button is there at once, the menu when it is wanted. */
export function AccountMenu() {
  const [module, load] = useLoaded(get);
  const [wanted, setWanted] = useState(false);
  if (module) return <module.AccountMenuItems openAtOnce={wanted} />;
  const open = () => {
    setWanted(true);
    void load();
  };
  return <AccountButton aria-haspopup="menu" aria-expanded={false} onClick={open} onPointerEnter={fetchAhead} />;
}

const initialsOf = (name: string) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]!.toUpperCase()).join('');

export function AccountButton(props: ActionIconProps & ComponentProps<'button'>) {
  const shell = useTexts(shellTexts);
  const name = useShowOwnAccountQuery({}).data?.name ?? '';
  return (
    <ActionIcon {...props} variant="subtle" color="gray" size="lg" aria-label={`${shell.account}: ${name}`}>
      <span className={styles.initials} data-initials={initialsOf(name)} aria-hidden />
    </ActionIcon>
  );
}
