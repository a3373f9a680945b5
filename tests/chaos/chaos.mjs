// A shop under load in which everything fails, and whose books must add up all the same.

import assert from 'node:assert/strict';
import { seededRandom } from '../oracle/seeded_random.mjs';
import { startPrivateStack } from '../http/stack.mjs';
import { checkBooks, checkLog } from './books.mjs';
import { Client } from './client.mjs';
import { Faults } from './faults.mjs';
import { Shop } from './shop.mjs';

const CLIENTS = 12;
const PRODUCTS = 6;

/**
 * Runs for so long, or until `interrupted()`, and gives what happened; throws at the first thing that is not as it
 * should be. Whatever ends it, nothing it started is left.
 */
export async function chaos({ seconds, seed, say = () => {}, interrupted = () => false }) {
  const random = seededRandom(seed);
  const tally = { operations: 0, acknowledged: 0, refused: 0, unknown: 0, settledLater: 0, replayed: 0 };
  const shop = new Shop();
  const stack = await startPrivateStack({
    environment: { STOCKPILOT_WORKERS: '4' },
    // What a test can wait for: the pauses between two tries are a few seconds, not minutes.
    configuration: { NOTIFIER_RETRY_MAX_MS: '2000' },
  });
  const faults = new Faults({ stack, random });
  try {
    const token = await stack.token('admin');
    const clients = Array.from({ length: CLIENTS }, () => new Client({ stack, shop, random, tally, token }));
    await shop.open(clients[0], PRODUCTS);
    const end = Date.now() + seconds * 1000;
    let failed = false;
    const isOver = () => failed || interrupted() || Date.now() > end;
    const telling = setInterval(() => say(`${tally.operations} requests, ${Object.values(faults.counts).reduce((sum, count) => sum + count, 0)} faults`), 15_000);
    const stopAll = (error) => {
      failed = true;
      throw error;
    };
    const runs = await Promise.allSettled([faults, ...clients].map((each) => each.run(isOver).catch(stopAll)));
    clearInterval(telling);
    const broken = runs.find(({ status }) => status === 'rejected');
    if (broken) throw broken.reason;
    say('Quiet now: looking at the books');
    await faults.over();
    const alerts = await checkBooks(stack, shop);
    checkLog(stack, faults.counts['worker killed'] ?? 0);
    assert.ok(interrupted() || tally.acknowledged > 10 * seconds, `only ${tally.acknowledged} requests were acknowledged: that tries little`);
    return { ...tally, ...alerts, faults: faults.counts };
  } finally {
    await faults.stop();
    await stack.stop();
  }
}
