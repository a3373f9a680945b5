import type { Range } from '@/components/range/range';

const PAGE = 50;
const LONGEST_CATEGORY = 100;

/** What the page asks the API's list of entries, on the server and in the browser alike. */
export const entriesArg = ({ from, to }: Range, category: string | undefined) => ({ from, to, category: category?.slice(0, LONGEST_CATEGORY) || undefined, limit: PAGE });

export const summaryArg = ({ from, to }: Range) => ({ from, to });
