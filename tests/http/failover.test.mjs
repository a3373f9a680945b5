// The database that takes writes becomes another one: acceptance case 61, on a stack of our own with streaming replicas.
// The primary is first made read-only, as by an orderly switchover, and the next one is lost with all its processes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startNotified, stocked } from './notifier.mjs';
import { booksOf, createProduct, newKey, post } from './records.mjs';
import { RETURN_MS, assertWorkersUntouched, recovers } from './recovery.mjs';
import { Replica, urlOf } from './replica.mjs';
import { until } from './stack.mjs';

const [FIRST, SECOND, THIRD] = [5432, 5433, 5434];
const TILLS = 8;
const STOCK = 1_000_000;

let shop;
let stack;
const replicas = [];

before(async () => {
  // A server that no longer changes tells nobody anything: only who looks finds out.
  shop = await startNotified({ configuration: { NOTIFIER_POLL_MS: 500 } });
  stack = shop.stack;
  const url = urlOf(stack.databaseUrl, FIRST, SECOND, THIRD);
  fs.appendFileSync(path.join(stack.state, 'local.conf'), `DATABASE_URL=${url}\n`);
  await stack.dev('up');
  stack.reread();
});

after(async () => {
  await Promise.all(replicas.map((replica) => replica.remove()));
  await shop?.stop();
});

async function follow(from, port) {
  const replica = await Replica.of(stack, { from, port });
  replicas.push(replica);
  return replica;
}

/** From here on the test itself asks this one. */
const lookAt = (port) => { stack.adminDatabaseUrl = urlOf(stack.adminDatabaseUrl, port); };

/**
 * Sells one after the other at several tills until stop(). Each sale is tried with its key until its outcome is known.
 * stop() gives { sold, refusals }: the ids of all sales, and how often the answer was 503.
 */
function openTills(product) {
  let open = true;
  const sold = [];
  let refusals = 0;
  const till = async () => {
    while (open) {
      const headers = newKey();
      for (;;) {
        const answer = await post('/sales', { lines: [{ productId: product.productId, quantity: 1 }] }, { headers, on: stack });
        if (answer.status === 201) {
          sold.push(answer.json.saleId);
          break;
        }
        assert.equal(answer.status, 503, answer.text);
        refusals += 1;
        await pause(20); // less than Retry-After says: the more are under way when it changes
      }
    }
  };
  const tills = Promise.all(Array.from({ length: TILLS }, till));
  return {
    sold,
    refused: () => refusals,
    async stop() {
      open = false;
      await tills;
      return { sold, refusals };
    },
  };
}

const soldMore = (tills, more) => {
  const before = tills.sold.length;
  return until(() => tills.sold.length >= before + more, { what: `${more} further sales`, deadline: 60_000 });
};

/** Each acknowledged sale is there, once, and nothing else is. */
async function assertBooked(product, sold) {
  const rows = await stack.sql('select sale_id from sale_lines where product_id = $1', [product.productId]);
  assert.deepEqual(rows.map((row) => row.sale_id).sort(), [...sold].sort());
  const { stock, ledger } = await booksOf(product, stack);
  assert.deepEqual([stock, ledger], [STOCK - sold.length, STOCK - sold.length]);
  assert.deepEqual(await stack.sql('select * from verify_books()'), []);
}

/** Sales go on within the time that a return may take. */
async function assertFound(tills) {
  const began = Date.now();
  await soldMore(tills, 4 * TILLS);
  await recovers(stack);
  assert.ok(Date.now() - began < 2 * RETURN_MS, `found after ${Date.now() - began} ms`);
}

/** The notifier has found it as well. */
async function assertAlerted() {
  const lamp = await stocked(stack);
  const answer = await post('/sales', { lines: [{ productId: lamp.productId, quantity: 6 }] }, { on: stack });
  assert.equal(answer.status, 201, answer.text);
  await shop.sns.until(() => shop.sns.published(lamp).length > 0, { what: 'the alert about it' });
}

test('AC-61 the primary turns read-only and its replica takes over: found, nothing acknowledged is lost', async () => {
  const crate = await createProduct({ stockQuantity: STOCK, minimumStock: 0 }, stack);
  const replica = await follow(FIRST, SECOND);
  const tills = openTills(crate);
  await soldMore(tills, 50);
  await stack.execute('alter system set default_transaction_read_only = on; select pg_reload_conf()');
  await until(() => tills.refused() > 0, { what: 'a refused sale', deadline: 30_000 });
  await replica.promote();
  await assertFound(tills);
  const { sold } = await tills.stop();
  lookAt(SECOND);
  await assertBooked(crate, sold);
  await assertAlerted();
  assertWorkersUntouched(stack);
});

test('AC-61 the primary is lost in mid-load and its replica promoted: found, nothing acknowledged is lost', async () => {
  const crate = await createProduct({ stockQuantity: STOCK, minimumStock: 0 }, stack);
  const [lost] = replicas;
  const replica = await follow(SECOND, THIRD);
  const tills = openTills(crate);
  await soldMore(tills, 50);
  await lost.kill();
  await until(() => tills.refused() > 0, { what: 'a refused sale', deadline: 30_000 });
  await replica.promote();
  await assertFound(tills);
  const { sold } = await tills.stop();
  lookAt(THIRD);
  await assertBooked(crate, sold);
  await assertAlerted();
  assertWorkersUntouched(stack);
});
