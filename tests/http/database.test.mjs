// A database that goes away, comes back, freezes or is busy: acceptance cases 57, 60, 62, 63, 65, 67 and 68,
// on a stack of our own.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DatabaseSession } from './database-session.mjs';
import { askOnce } from './fastcgi-client.mjs';
import { Postmaster } from './postmaster.mjs';
import { assertUnavailable } from './problem-assertions.mjs';
import { RETURN_MS, askInTime, assertWorkersUntouched, recovers, together } from './recovery.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { isRunning, spawnWorkers } from './worker-processes.mjs';

const APPLICATION_BACKENDS = "pg_stat_activity where usename = 'stockpilot_app' and application_name = 'stockpilot-api'";

let stack;
let postmaster;
let product;

before(async () => {
  stack = await startPrivateStack();
  postmaster = new Postmaster(stack);
  product = (await stack.request('POST', '/products', {
    user: 'admin', json: { productId: randomUUID(), name: 'Database test', price: 10, stockQuantity: 5 },
  })).json;
});

after(async () => {
  await postmaster?.stop();
  await stack?.stop();
});

const ask = (method, target, options) => askInTime(stack, method, target, options);
const get = () => ask('GET', '/products');
const patch = (json) => ask('PATCH', `/products/${product.productId}`, { json });
const backends = async () => (await stack.sql(`select pid from ${APPLICATION_BACKENDS}`)).map((row) => row.pid);

async function assertUnchanged(answer) {
  assertUnavailable(answer);
  const [row] = await stack.sql('select version, price::float as price, stock_quantity as stock from products where product_id = $1', [product.productId]);
  assert.deepEqual(row, { version: product.version, price: product.price, stock: product.stockQuantity });
  assert.deepEqual(await stack.sql('select * from audit_log where request_id = $1', [answer.headers['x-request-id']]), []);
}

test('AC-57 idle backends are terminated: the next request of each worker is answered', async () => {
  for (const request of [get, () => patch({ description: 'again' })]) {
    await until(async () => {
      await together(16, get);
      return (await backends()).length === stack.pids.workers.length;
    }, { what: 'a request for each worker' });
    await stack.sql(`select pg_terminate_backend(pid, 5000) from ${APPLICATION_BACKENDS}`);
    for (const answer of await together(16, request)) assert.equal(answer.status, 200, answer.text);
  }
  product = (await ask('GET', `/products/${product.productId}`)).json;
});

describe('the postmaster is gone', () => {
  for (const signal of ['SIGQUIT', 'SIGKILL']) {
    test(`AC-60 ${signal}: 503 and Retry-After while it is away, 200 within 5 s of its return, the same workers`, async () => {
      assert.equal((await get()).status, 200);
      await postmaster.end(signal);
      for (const answer of await together(12, get)) assertUnavailable(answer);
      assertUnavailable(await patch({ price: 11 }));
      const ready = await ask('GET', '/readyz');
      assert.deepEqual([ready.status, ready.json.checks.database], [503, 'unavailable']);
      assert.equal((await ask('GET', '/healthz')).status, 200);
      assertWorkersUntouched(stack);

      await postmaster.start();
      await recovers(stack);
      assert.equal((await ask('GET', '/readyz')).status, 200);
      assertWorkersUntouched(stack);
    });
  }

  test('AC-60 workers start without it all the same: healthy, 503 for data, 200 within 5 s of its return', async () => {
    const token = await stack.token('admin');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'db-')); // short: it becomes the path of a unix socket
    await postmaster.end('SIGQUIT');
    let started;
    try {
      started = await spawnWorkers(stack, { socket: path.join(folder, 'new.sock'), count: 1 });
      const askIt = (target) => askOnce(started.socket, { path: target, token });
      assert.equal((await askIt('/healthz')).status, 200);
      for (const answer of await together(4, () => askIt('/products'))) {
        assert.equal(answer.status, 503, answer.body);
        assert.equal(answer.headers['content-type'], 'application/problem+json');
        assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
      }
      assert.equal((await askIt('/readyz')).status, 503);

      await postmaster.start();
      await until(async () => (await together(4, () => askIt('/products'))).every((answer) => answer.status === 200),
        { what: 'good answers by the new worker', deadline: RETURN_MS });
      const [pid] = started.pids;
      assert.ok(isRunning(pid));
      assert.ok(stack.logLines().some((line) => line.route === '/products' && line.pid === pid && line.status === 200));
    } finally {
      await started?.stop();
      fs.rmSync(folder, { recursive: true });
      if (!isRunning(postmaster.pid)) await postmaster.start();
    }
    await recovers(stack);
  });
});

test('AC-62 the database takes no more connections: 503 and Retry-After', async () => {
  await stack.sql('alter role stockpilot_app connection limit 0');
  await stack.sql(`select pg_terminate_backend(pid, 5000) from ${APPLICATION_BACKENDS}`);
  for (const answer of await together(8, get)) assertUnavailable(answer);
  await stack.sql('alter role stockpilot_app connection limit -1');
  await recovers(stack);
  assertWorkersUntouched(stack);
});

describe('AC-63 somebody else is in the way: 503, rolled back, nothing changed', () => {
  test('a locked row', async () => {
    const other = new DatabaseSession(stack.adminDatabaseUrl);
    try {
      await other.run(`begin; select 1 from products where product_id = '${product.productId}' for update`);
      await assertUnchanged(await patch({ price: 12.5, stockQuantity: 9 }));
      assert.equal((await get()).status, 200, 'who only reads is not held up');
    } finally {
      await other.end();
    }
    assert.equal((await patch({ price: product.price })).status, 200);
  });

  test('a locked table, and the worker serves others meanwhile and afterwards', async () => {
    product = (await ask('GET', `/products/${product.productId}`)).json;
    const other = new DatabaseSession(stack.adminDatabaseUrl);
    try {
      await other.run('begin; lock table products in access exclusive mode');
      for (const answer of await together(2, get)) assertUnavailable(answer);
      assert.equal((await ask('GET', '/users')).status, 200);
    } finally {
      await other.end();
    }
    assert.equal((await get()).status, 200);
  });

  test('a statement that takes too long after it has changed something', async () => {
    await stack.execute(`create function dawdle() returns trigger language plpgsql as $body$ begin perform pg_sleep(10); return new; end $body$;
      create trigger dawdle after update on products for each row when (new.price = 13) execute function dawdle();`);
    try {
      await assertUnchanged(await patch({ price: 13 }));
      assert.equal((await get()).status, 200);
    } finally {
      await stack.execute('drop trigger dawdle on products; drop function dawdle();');
    }
  });
});

describe('something is frozen', () => {
  test('AC-65 the backends: 503 within 3 s, and good answers over new connections', async () => {
    await together(16, get);
    const frozen = await backends();
    frozen.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    try {
      const answers = await together(2 * stack.pids.workers.length, get);
      assert.ok(answers.some((answer) => answer.status === 503));
      answers.filter((answer) => answer.status !== 200).forEach((answer) => assertUnavailable(answer));
      await recovers(stack);
      assertWorkersUntouched(stack);
    } finally {
      frozen.forEach((pid) => process.kill(pid, 'SIGCONT'));
    }
  });

  test('AC-67 the postmaster: 503 within 3 s for who needs a connection', async () => {
    await stack.sql(`select pg_terminate_backend(pid, 5000) from ${APPLICATION_BACKENDS}`);
    process.kill(postmaster.pid, 'SIGSTOP');
    try {
      for (const answer of await together(12, get)) assertUnavailable(answer);
      assert.equal((await ask('GET', '/healthz')).status, 200);
    } finally {
      process.kill(postmaster.pid, 'SIGCONT');
    }
    await recovers(stack);
    assertWorkersUntouched(stack);
  });
});

describe('AC-68 the schema is not what the program needs: not ready, and the log says what to do', () => {
  const schema = async () => {
    const answer = await ask('GET', '/readyz');
    const line = await until(() => stack.logLines().find((each) => each.request_id === answer.headers['x-request-id']), { what: 'the log line' });
    return [answer.status, answer.json.checks.schema, line.cause];
  };

  test('an old one', async () => {
    await stack.execute(`create table kept as select * from schema_migrations where version > 1;
      delete from schema_migrations where version > 1;`);
    try {
      const [status, state, cause] = await schema();
      assert.deepEqual([status, state], [503, 'outdated']);
      assert.match(cause, /schema.*stockpilotctl migrate/);
    } finally {
      await stack.execute('insert into schema_migrations select * from kept; drop table kept;');
    }
    assert.equal((await schema())[0], 200);
  });

  test('none at all', async () => {
    await stack.sql('alter table schema_migrations rename to schema_migrations_away');
    try {
      const [status, state, cause] = await schema();
      assert.deepEqual([status, state], [503, 'missing']);
      assert.match(cause, /schema.*stockpilotctl migrate/);
    } finally {
      await stack.sql('alter table schema_migrations_away rename to schema_migrations');
    }
    assert.equal((await schema())[0], 200);
  });
});
