'use client';
import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useShowOwnAccountQuery } from '@/api';
import { hasRole, type Role } from '../shell/navigation';
import { Forbidden } from './Forbidden';
import { Loaded } from './Loaded';

/** A page for those who have at least this role; the others are told so. */
export function RoleGate({ least, children }: { least: Role; children: ReactNode }) {
  const account = useShowOwnAccountQuery({});
  return <Loaded query={account} skeleton={<Skeleton h={480} m={24} />}>{({ role }) => (hasRole(role, least) ? children : <Forbidden />)}</Loaded>;
}
