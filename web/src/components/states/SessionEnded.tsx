'use client';
import dynamic from 'next/dynamic';
import { useSelector } from 'react-redux';
import type { State } from '@/store/store';

const SessionEndedDialog = dynamic(() => import('./SessionEndedDialog'), { ssr: false });

/** Over a page when the API knows the caller no more. */
export function SessionEnded() {
  return useSelector((state: State) => state.connection.signedIn) ? null : <SessionEndedDialog />;
}
