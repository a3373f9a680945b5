import {
  IconBell, IconChartBar, IconClipboardCheck, IconHistory, IconLayoutDashboard, IconPackage, IconReceipt2, IconSettings, IconShoppingCart, IconTruckDelivery, IconUsers,
  type Icon,
} from '@tabler/icons-react';
import type { Account } from '@/api';
import type { Texts } from '@/texts';

export interface Destination {
  path: string;
  text: keyof Texts['shell']['navigation'];
  icon: Icon;
  /** The least role that it is shown to. */
  role: Role;
}

export type Role = Account['role'];
const RANKS: Role[] = ['none', 'viewer', 'staff', 'admin'];

/** What is shown. What is allowed, the API decides. */
export const hasRole = (role: Role | undefined, least: Role) => RANKS.indexOf(role ?? 'none') >= RANKS.indexOf(least);

export const DESTINATIONS: Destination[] = [
  { path: '/dashboard', text: 'dashboard', icon: IconLayoutDashboard, role: 'viewer' },
  { path: '/inventory', text: 'inventory', icon: IconChartBar, role: 'viewer' },
  { path: '/products', text: 'products', icon: IconPackage, role: 'viewer' },
  { path: '/sales', text: 'sales', icon: IconShoppingCart, role: 'viewer' },
  { path: '/purchases', text: 'purchases', icon: IconTruckDelivery, role: 'viewer' },
  { path: '/expenses', text: 'expenses', icon: IconReceipt2, role: 'viewer' },
  { path: '/count', text: 'count', icon: IconClipboardCheck, role: 'staff' },
  { path: '/notifications', text: 'notifications', icon: IconBell, role: 'viewer' },
  { path: '/users', text: 'users', icon: IconUsers, role: 'admin' },
  { path: '/audit', text: 'audit', icon: IconHistory, role: 'admin' },
  { path: '/settings', text: 'settings', icon: IconSettings, role: 'none' },
];
