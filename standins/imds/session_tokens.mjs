// The session tokens of version 2: who has none is told nothing.

import { randomBytes } from 'node:crypto';

const LONGEST_SECONDS = 21600;

export class SessionTokens {
  #ends = new Map(); // by token: milliseconds since 1970

  /** A token for so many seconds, as the header says them; undefined when that is no life of a token. */
  issue(seconds) {
    if (!/^\d{1,5}$/.test(seconds ?? '') || Number(seconds) < 1 || Number(seconds) > LONGEST_SECONDS) return undefined;
    const token = randomBytes(40).toString('base64');
    this.#ends.set(token, Date.now() + Number(seconds) * 1000);
    return token;
  }

  /** The seconds that are left of a token; 0 when it is none, or no longer. */
  left(token) {
    const left = Math.ceil(((this.#ends.get(token) ?? 0) - Date.now()) / 1000);
    if (left <= 0) this.#ends.delete(token);
    return Math.max(left, 0);
  }

  /** No token given out so far is good any more. */
  forget() { this.#ends.clear(); }
}
