'use client';
import { useShowOwnAccountQuery } from './index';

/** What counts for the caller now; undefined while it is not known. */
export const useRole = () => useShowOwnAccountQuery({}).data?.role;
