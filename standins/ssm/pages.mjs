// How a list comes page by page. SSM ends a page where it likes: it may be short, or empty, and others follow all the
// same. Tests ask for each of these.

import { SsmError, invalid } from './parameters.mjs';

const PAGE_MAX = 10;
export const PAGE_MODES = ['normal', 'one', 'empty', 'repeat', 'endless'];

const tokenOf = (position) => Buffer.from(JSON.stringify(position)).toString('base64url');

function positionOf(token) {
  if (token === undefined) return { at: 0, turn: 0 };
  try {
    const { at, turn } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Number.isInteger(at) && at >= 0 && Number.isInteger(turn)) return { at, turn };
  } catch { /* told below */ }
  throw new SsmError(400, 'InvalidNextToken', "The specified token isn't valid.");
}

/**
 * { items, token }: the page that begins at `token`; without a token in the answer it was the last.
 * `mode`: 'one' on each page, an 'empty' one before each, the 'repeat'ed token of the first, or pages that are
 * 'endless' and empty.
 */
export function pageOf(all, { maximum = PAGE_MAX, token, mode = 'normal' }) {
  if (!Number.isInteger(maximum) || maximum < 1 || maximum > PAGE_MAX) throw invalid(`MaxResults is from 1 to ${PAGE_MAX}.`);
  const { at, turn } = positionOf(token);
  const next = { turn: turn + 1 };
  if (mode === 'endless') return { items: [], token: tokenOf({ at, ...next }) };
  if (mode === 'empty' && turn % 2 === 0) return { items: [], token: tokenOf({ at, ...next }) };
  const end = at + (mode === 'one' ? 1 : maximum);
  const items = all.slice(at, end);
  if (mode === 'repeat') return { items, token: tokenOf({ at: 0, turn: 0 }) };
  return end < all.length ? { items, token: tokenOf({ at: end, ...next }) } : { items };
}
