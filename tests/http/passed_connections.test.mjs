// Connections that workers leave to each other: nobody waits behind a slow request of somebody else, and a
// worker that leaves takes no connection with it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { awsEnvironment } from './aws-environment.mjs';
import { DatabaseSession } from './database-session.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { childrenOf, connectionsOf, gone } from './worker-processes.mjs';

const CLIENTS = 16;
const WORKERS = 2;
const ROUNDS = 10;
const run = promisify(execFile);

let stack;
let agent;
let token;

before(async () => {
  stack = await startPrivateStack({
    configuration: { REQUEST_DEADLINE_MS: '4500' },
    environment: { STOCKPILOT_WORKERS: String(WORKERS) },
  });
  // A statement that waits for a lock waits as long as its request may.
  await stack.execute('alter role stockpilot_app set lock_timeout = 0; alter role stockpilot_app set statement_timeout = 0');
  await ctl('reload');
  agent = new https.Agent({ ca: fs.readFileSync(stack.caFile), keepAlive: true, maxSockets: CLIENTS });
  token = await stack.token('admin');
});

after(async () => {
  agent?.destroy();
  await stack?.stop();
});

const ctl = (...words) => run(path.join(stack.build, 'stockpilotctl'), ['--config', stack.configFile, ...words], { env: awsEnvironment(stack) });
const get = () => stack.request('GET', '/users', { token, agent });
const together = (count, send) => Promise.all(Array.from({ length: count }, send));
const workers = () => childrenOf(stack.pids.pool);

async function passedOn() {
  const { text } = await stack.request('GET', '/metrics');
  return Number(/^stockpilot_connections_passed_on_total (\d+)$/m.exec(text)[1]);
}

async function assertAnswered() {
  for (const answer of await together(CLIENTS, get)) assert.equal(answer.status, 200, answer.text);
}

test('requests that nginx sends on the connections of a worker with a slow request are answered before that one', async () => {
  const made = await stack.request('POST', '/products', { token, json: { name: 'Locked', price: 1 } });
  const address = `/products/${made.json.productId}`;
  const before = await passedOn();
  await until(async () => {
    await assertAnswered(); // both workers have connections now
    const session = new DatabaseSession(stack.adminDatabaseUrl);
    let slowEnded = false;
    let slow;
    try {
      await session.run('begin');
      await session.run(`select 1 from products where product_id = '${made.json.productId}' for update`);
      slow = stack.request('PATCH', address, { token, json: { price: 2 } }).finally(() => { slowEnded = true; });
      await until(async () => (await stack.sql("select 1 from pg_stat_activity where wait_event_type = 'Lock'")).length === 1,
        { what: 'the slow request at the lock' });
      for (let round = 0; round < ROUNDS; round += 1) await assertAnswered();
      assert.equal(slowEnded, false, 'the slow one still waits');
    } finally {
      await session.end(); // which ends its transaction
    }
    assert.equal((await slow).status, 200);
    return await passedOn() > before;
  }, { what: 'a connection that was passed on', deadline: 30_000 });
});

// Every edit takes 10 ms in the database. What is counted is who overtakes whom, not how long anybody waits.
test('under slow requests each is answered in its turn: none is overtaken by all others twice', async () => {
  await stack.execute(`create function slowly() returns trigger language plpgsql as 'begin perform pg_sleep(0.01); return new; end';
    create trigger slowly before update on products for each row execute function slowly()`);
  try {
    const products = await together(CLIENTS, (_, i) => stack.request('POST', '/products', { token, agent, json: { name: `Slow ${i}`, price: 1 } }));
    let steps = 0;
    const spans = [];
    await Promise.all(products.map(async ({ json: { productId } }) => {
      for (let round = 1; round <= 2 * ROUNDS; round += 1) {
        const span = { from: steps += 1 };
        const { status } = await stack.request('PATCH', `/products/${productId}`, { token, agent, json: { price: round } });
        assert.equal(status, 200);
        span.to = steps += 1;
        spans.push(span);
      }
    }));
    const overtaken = spans.map((one) => spans.filter((other) => other.from > one.from && other.to < one.to).length);
    assert.ok(Math.max(...overtaken) < 2 * CLIENTS, `overtaken by ${Math.max(...overtaken)}, of ${CLIENTS} clients`);
  } finally {
    await stack.execute('drop trigger slowly on products; drop function slowly()');
  }
});

test('AC-90 a worker that is replaced is gone at once, and its connections are with others', async () => {
  let asking = true;
  const clients = together(CLIENTS, async () => {
    while (asking) assert.equal((await get()).status, 200);
  });
  try {
    await until(() => connectionsOf(stack.socket).length >= WORKERS, { what: 'kept connections' });
    // nginx ends some of them meanwhile, as it always does; not all.
    await until(async () => {
      const earlier = workers();
      const kept = connectionsOf(stack.socket);
      await ctl('reload');
      await gone(earlier);
      return connectionsOf(stack.socket).some((each) => kept.includes(each));
    }, { what: 'a connection that outlived its worker', deadline: 30_000 });
  } finally {
    asking = false;
    await clients;
  }
});

test('when all leave together, each keeps its connections until nginx has let go', async () => {
  await assertAnswered();
  const before = await passedOn();
  const noted = stack.logLines().length;
  process.kill(stack.pids.pool, 'SIGTERM');
  await gone([stack.pids.pool], 40_000);
  const events = stack.logLines().slice(noted).map((line) => line.event);
  assert.equal(events.filter((event) => event === 'worker_stopped').length, WORKERS);
  assert.ok(events.includes('pool_stopped'));
  await stack.dev('up');
  stack.reread();
  assert.equal(await passedOn(), before);
});
