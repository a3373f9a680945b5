// The connection to the database breaks at the worst of moments, or its route swallows everything: acceptance cases 59, 66 and 92,
// on a stack of our own whose workers reach PostgreSQL through a proxy.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { interpose, listenInVain } from './database-proxy.mjs';
import { lockOf, whileHolding } from './database-session.mjs';
import { assertProblem, assertUnavailable } from './problem-assertions.mjs';
import { booksOf, createProduct, newKey, post, productAddress, unique } from './records.mjs';
import { askInTime, assertWorkersUntouched, recovers, together } from './recovery.mjs';
import { startPrivateStack, until } from './stack.mjs';

let stack;
let proxy;

before(async () => {
  stack = await startPrivateStack();
  // Whoever waits for a row waits as long as the test holds it.
  await stack.execute('alter role stockpilot_app set lock_timeout = 0; alter role stockpilot_app set statement_timeout = 0');
  proxy = await interpose(stack);
  await recovers(stack);
});

after(async () => {
  proxy?.stop();
  await stack?.stop();
});

const stocked = (stockQuantity = 10) => createProduct({ stockQuantity, minimumStock: 0 }, stack);
/** Sells 3 of the product under the key. */
const sell = ({ productId }, headers) => post('/sales', { lines: [{ productId, quantity: 3 }] }, { headers, on: stack });
const fresh = () => {
  const headers = newKey();
  return { headers, key: headers['idempotency-key'] };
};
const ONCE = { stock: 7, sold: 3, sales: 1, movements: 1, ledger: 7 };
const NEVER = { stock: 10, sold: 0, sales: 0, movements: 0, ledger: 10 };

async function assertBooks(product, expected) {
  const books = await booksOf(product, stack);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, books[name]])), expected);
}

async function assertReplayed(product, headers) {
  const again = await sell(product, headers);
  assert.deepEqual([again.status, again.headers['idempotent-replayed']], [201, 'true'], again.text);
  assert.equal(again.json.lines[0].productId, product.productId);
  await assertBooks(product, ONCE);
}

describe('AC-59 the connection is cut under a sale with a key', () => {
  for (const [fault, when] of [['beforeSending', 'before the server saw it'], ['beforeCommit', 'when all was sent but the commit'],
    ['afterCommit', 'after the commit, before any byte of the answer']]) {
    test(`${when}: the worker finds out, 201 and one sale`, async () => {
      const lamp = await stocked();
      const { headers, key } = fresh();
      const plan = proxy.plan(key, fault);
      const answer = await sell(lamp, headers);
      assert.equal(answer.status, 201, answer.text);
      assert.equal(plan.struck, 1);
      await assertBooks(lamp, ONCE);
      await assertReplayed(lamp, headers);
    });

    test(`${when}, and so is the next: 503, and the client's own retry has the outcome`, async () => {
      const lamp = await stocked();
      const { headers, key } = fresh();
      const plan = proxy.plan(key, fault, { times: 2 });
      assertUnavailable(await sell(lamp, headers));
      assert.equal(plan.struck, 2);
      const done = fault === 'afterCommit';
      await assertBooks(lamp, done ? ONCE : NEVER);
      const retry = await sell(lamp, headers);
      assert.deepEqual([retry.status, retry.headers['idempotent-replayed']], [201, done ? 'true' : undefined], retry.text);
      await assertReplayed(lamp, headers);
    });
  }

  test('while the server works on: never 409 to who lost it, 503, and then what became of it', async () => {
    const lamp = await stocked();
    const { headers, key } = fresh();
    const plan = proxy.plan(key, 'atWork');
    await whileHolding(stack, lockOf(lamp), async () => {
      assertUnavailable(await sell(lamp, headers));
      assert.equal(plan.struck, 1);
      assertProblem(await sell(lamp, headers), 409, 'a new request is told that the first one is being worked on');
      await assertBooks(lamp, NEVER);
    });
    await until(async () => (await booksOf(lamp, stack)).sales === 1, { what: 'the end of the lost transaction' });
    await assertReplayed(lamp, headers);
  });
});

test('AC-59 an edit has no key: 503 when its answer is lost, and it is not made twice', async () => {
  const lamp = await stocked();
  const name = unique('Renamed');
  const { headers: { etag } } = await stack.request('GET', productAddress(lamp), { user: 'staff' });
  const edit = () => stack.request('PATCH', productAddress(lamp), { user: 'staff', json: { name, stockQuantity: 4 }, headers: { 'if-match': etag } });
  const plan = proxy.plan(name, 'afterCommit');
  assertUnavailable(await edit());
  assert.equal(plan.struck, 1);
  await assertBooks(lamp, { stock: 4, ledger: 4, movements: 1 });
  const { version } = await booksOf(lamp, stack);
  const retry = await edit();
  assert.equal(assertProblem(retry, 412).current.name, name, 'whoever tries again learns that it was made');
  await assertBooks(lamp, { stock: 4, movements: 1, version });
});

test('AC-92 the client goes away after the commit: the sale stands, and the retry replays it', async () => {
  const lamp = await stocked();
  const { headers, key } = fresh();
  const accessLog = path.join(stack.logDirectory, 'access.log');
  const abandoned = () => fs.readFileSync(accessLog, 'utf8').split('\n').filter((line) => /\b499\b/.test(line) && line.includes('/sales')).length;
  const before = abandoned();
  let release;
  const plan = proxy.plan(key, 'answerHeld', { release: new Promise((resolve) => { release = resolve; }) });
  const client = await stack.connect();
  client.on('error', () => {});
  const body = JSON.stringify({ lines: [{ productId: lamp.productId, quantity: 3 }] });
  client.write(['POST /sales HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${await stack.token('staff')}`,
    `Idempotency-Key: ${key}`, 'Content-Type: application/json', `Content-Length: ${body.length}`, '', body].join('\r\n'));
  await plan.done;
  client.destroy();
  try {
    await until(() => abandoned() > before, { what: 'nginx\'s word that the client has gone' });
  } finally {
    release();
  }
  await assertReplayed(lamp, headers);
  assertWorkersUntouched(stack);
});

describe('AC-66 the route to the database is a black hole', () => {
  async function assertServedWithout(count = 2 * stack.pids.workers.length) {
    const lamp = { productId: '00000000-0000-4000-8000-000000000001' };
    const answers = await Promise.all([
      together(count, () => askInTime(stack, 'GET', '/products')),
      together(count, () => askInTime(stack, 'POST', '/sales', { json: { lines: [{ ...lamp, quantity: 1 }] }, headers: newKey() })),
      together(count, () => askInTime(stack, 'GET', '/healthz')),
    ]);
    const [reads, writes, lives] = answers;
    [...reads, ...writes].forEach((answer) => assertUnavailable(answer));
    lives.forEach((answer) => assert.equal(answer.status, 200, answer.text));
    const ready = await askInTime(stack, 'GET', '/readyz');
    assert.deepEqual([ready.status, ready.json.checks.database], [503, 'unavailable']);
  }

  test('for everything on its way and everybody new: 503 within 3 s, and good answers within 5 s of its return', async () => {
    await recovers(stack);
    proxy.stall();
    try {
      await assertServedWithout();
    } finally {
      proxy.go();
    }
    await recovers(stack);
    assertWorkersUntouched(stack);
  });

  test('with connect() hanging: 503 within 3 s, and good answers within 5 s of its return', async () => {
    await recovers(stack);
    proxy.stall();
    proxy.stopListening();
    const end = await listenInVain(proxy.port);
    try {
      await assertServedWithout();
      await assertServedWithout();
    } finally {
      await end();
      proxy.go();
      await proxy.listen();
    }
    await recovers(stack);
    assertWorkersUntouched(stack);
  });

  test('what was sold meanwhile is sold once, by whoever asks again', async () => {
    const lamp = await stocked();
    const { headers } = fresh();
    await recovers(stack);
    proxy.stall();
    try {
      assertUnavailable(await sell(lamp, headers));
    } finally {
      proxy.go();
    }
    // What was held on its way may still arrive now; until it has, the key is in use.
    const answer = await until(async () => {
      const each = await sell(lamp, headers);
      return each.status === 201 && each;
    }, { what: 'the outcome' });
    assert.equal(answer.json.lines[0].quantity, 3);
    await assertBooks(lamp, ONCE);
  });
});
