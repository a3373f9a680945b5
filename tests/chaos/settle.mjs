// A client as a till should be one: it sends a request again, with the same key, until it knows what became of it.

import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 150;

/** 503, no answer at all, or another worker still at it: the outcome is not known yet. */
function isUnknown(answer) {
  return answer === undefined || answer.status === 503 || answer.status === 429
    || (answer.status === 409 && /still being worked on/.test(answer.text));
}

/**
 * Sends `request()` until its outcome is known, and gives the answer. `tally` counts what happened on the way. A 500 is
 * an answer that nobody may give.
 */
export async function settle(request, tally) {
  const end = Date.now() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    const answer = await request().catch(() => undefined);
    if (!isUnknown(answer)) {
      if (answer.status >= 500) throw new Error(`answered with ${answer.status}: ${answer.text}`);
      if (tries > 1) tally.settledLater += 1;
      if (answer.headers['idempotent-replayed']) tally.replayed += 1;
      return answer;
    }
    tally.unknown += 1;
    if (Date.now() > end) throw new Error(`an outcome is still unknown after ${PATIENCE_MS} ms: ${answer?.status} ${answer?.text}`);
    await pause(PAUSE_MS);
  }
}
