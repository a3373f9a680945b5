// What interrupts a write in the database: its backend ends, it is the victim of a deadlock, or the same request is already
// at it. Acceptance cases 58, 64 and 87, on a stack of our own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DatabaseSession, lockOf, someoneWaits, whileHolding } from './database-session.mjs';
import { assertProblem, assertUnavailable } from './problem-assertions.mjs';
import { booksOf, createProduct, newKey, post, productAddress, unique } from './records.mjs';
import { recovers, together } from './recovery.mjs';
import { startPrivateStack, until } from './stack.mjs';

let stack;
const LIMITS = ['lock_timeout', 'statement_timeout'];

before(async () => {
  stack = await startPrivateStack({
    configuration: { REQUEST_DEADLINE_MS: '4500' },
    environment: { STOCKPILOT_WORKERS: '4' },
  });
  await wait(true);
});

after(async () => { await stack?.stop(); });

/** Whether whoever is held is held as long as its request may take, or as long as the role's own limits have it. */
async function wait(long) {
  const { rolname, limits } = wait.shipped ??= (await stack.sql(`select rolname, setconfig as limits
    from pg_db_role_setting join pg_roles r on r.oid = setrole where rolname = 'stockpilot_app'`))[0];
  const values = Object.fromEntries(limits.map((each) => each.split('=')));
  await stack.execute(LIMITS.map((limit) => `alter role ${rolname} set ${limit} = '${long ? 0 : values[limit]}';`).join('\n'));
  await stack.sql(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = '${rolname}'`);
}

const stocked = (stockQuantity = 10) => createProduct({ stockQuantity, minimumStock: 0 }, stack);
const documentOf = (...products) => ({ lines: products.map(({ productId }) => ({ productId, quantity: 1 })) });
const held = async () => (await stack.sql(
  "select pid from pg_stat_activity where usename = 'stockpilot_app' and wait_event = 'PgSleep'"))[0];

/**
 * Has the first `times` transactions that insert or update a row of the table stay where they are, deferred ones at their commit,
 * and ends their backends there. Gives what the action gives, and how many transactions came by.
 */
async function whileEnding(table, { event = 'insert', deferred = false, times = 1, end = (pid) => stack.sql('select pg_terminate_backend($1)', [pid]) }, action) {
  await stack.execute(`create sequence tries;
    create function wait_for_the_end() returns trigger language plpgsql security definer as $body$ begin
      if nextval('tries') <= ${times} then perform pg_sleep(60); end if;
      return new;
    end $body$;
    create constraint trigger wait_for_the_end after ${event} on ${table} ${deferred ? 'deferrable initially deferred' : ''}
      for each row execute function wait_for_the_end();`);
  try {
    const result = action();
    for (let number = 0; number < times; number += 1) {
      const { pid } = await until(held, { what: 'the transaction that is held' });
      await end(pid);
      await until(async () => (await stack.sql('select 1 from pg_stat_activity where pid = $1', [pid])
        .catch(() => [1])).length === 0, { what: 'the end of the backend', deadline: 20_000 });
    }
    const answer = await result;
    const [{ tries }] = await stack.sql("select pg_sequence_last_value('tries') as tries");
    return { answer, tries };
  } finally {
    await stack.execute(`drop trigger wait_for_the_end on ${table}; drop function wait_for_the_end(); drop sequence tries;`);
  }
}

/** Requests that are done once: each with what it has done when it was done once. */
const WRITES = {
  'POST /sales': {
    table: 'sales',
    send: (product, rest) => post('/sales', documentOf(product), rest),
    once: { stock: 9, sales: 1, movements: 1, ledger: 9 },
  },
  'POST /purchases': {
    table: 'purchases',
    send: (product, rest) => post('/purchases', { lines: [{ productId: product.productId, quantity: 1, unitCost: 1 }] }, rest),
    once: { stock: 11, purchases: 1, movements: 1, ledger: 11 },
  },
  'POST /products/{productId}/movements': {
    table: 'stock_movements',
    send: (product, rest) => post(`${productAddress(product)}/movements`, { quantity: -2, reason: 'loss' }, rest),
    once: { stock: 8, movements: 1, ledger: 8 },
  },
  'POST /products/{productId}/count': {
    table: 'stock_movements',
    send: (product, rest) => post(`${productAddress(product)}/count`, { countedQuantity: 7, expectedQuantity: 10 }, rest),
    status: 200,
    once: { stock: 7, movements: 1, ledger: 7 },
  },
  'POST /expenses': {
    table: 'expenses',
    send: (product, rest) => post('/expenses', { category: product.name, amount: 5 }, rest),
    once: { expenses: 1 },
  },
};

async function assertDone(product, expected) {
  const books = await booksOf(product, stack);
  const [{ expenses }] = await stack.sql('select count(*) as expenses from expenses where category = $1', [product.name]);
  const all = { ...books, expenses };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, all[name]])), expected);
}
const NOTHING = { stock: 10, sales: 0, purchases: 0, movements: 0, ledger: 10, expenses: 0 };

describe('AC-58 the backend is ended in the middle of the transaction', () => {
  for (const [name, { table, send, status = 201, once }] of Object.entries(WRITES)) {
    for (const [when, deferred] of [['at work', false], ['at the commit', true]]) {
      test(`${name}, ${when}: the worker repeats it, and it is done once`, async () => {
        const product = await stocked();
        const rest = { headers: newKey(), on: stack };
        const { answer, tries } = await whileEnding(table, { deferred }, () => send(product, rest));
        assert.equal(answer.status, status, answer.text);
        assert.equal(tries, 2);
        await assertDone(product, once);
        const replay = await send(product, rest);
        assert.deepEqual([replay.status, replay.headers['idempotent-replayed'], replay.text], [status, 'true', answer.text]);
        await assertDone(product, once);
      });
    }

    test(`${name}, and again when it is repeated: 503, nothing is done, and the client's retry does it once`, async () => {
      const product = await stocked();
      const rest = { headers: newKey(), on: stack };
      const { answer, tries } = await whileEnding(table, { times: 2 }, () => send(product, rest));
      assertUnavailable(answer);
      assert.equal(tries, 2);
      await assertDone(product, NOTHING);
      const retry = await send(product, rest);
      assert.deepEqual([retry.status, retry.headers['idempotent-replayed']], [status, undefined], retry.text);
      await assertDone(product, once);
    });
  }

  test('by a kill that brings all of PostgreSQL down: 201 or 503, and done once after the retry', async () => {
    const product = await stocked();
    const rest = { headers: newKey(), on: stack };
    const { send, once } = WRITES['POST /sales'];
    const { answer } = await whileEnding('sales', { end: async (pid) => process.kill(pid, 'SIGKILL') }, () => send(product, rest));
    if (answer.status !== 201) assertUnavailable(answer);
    await recovers(stack);
    assert.equal((await send(product, rest)).status, 201);
    await assertDone(product, once);
  });

  for (const [when, deferred] of [['at work', false], ['at the commit', true]]) {
    test(`of an edit without a key, ${when}: 503, tried once, and nothing is changed`, async () => {
      const product = await stocked();
      const edit = () => stack.request('PATCH', productAddress(product), { user: 'staff', json: { name: unique('Changed'), stockQuantity: 4 } });
      const { answer, tries } = await whileEnding('products', { event: 'update', deferred }, edit);
      assertUnavailable(answer);
      assert.equal(tries, 1);
      await assertDone(product, NOTHING);
      assert.equal((await booksOf(product, stack)).version, product.version);
      assert.equal((await edit()).status, 200);
    });
  }
});

describe('AC-64 a transaction that PostgreSQL ends for the sake of another', () => {
  const deadlocks = () => fs.readFileSync(path.join(stack.logDirectory, 'postgres.log'), 'utf8').split('deadlock detected').length - 1;

  // The role waits for a lock less long than PostgreSQL, as it comes, waits before it looks for a deadlock.
  before(() => wait(false));
  after(() => wait(true));

  test('as the victim of a deadlock is tried again within the limits of the role, and its client never knows', async () => {
    const product = await stocked();
    const before = deadlocks();
    await stack.execute(`create table bait (bait integer); insert into bait values (1);
      create sequence tries;
      create function walk_into_it() returns trigger language plpgsql security definer as $body$ begin
        if nextval('tries') = 1 then
          while not exists (select from pg_locks where not granted) loop perform pg_sleep(0.01); end loop;
          perform from bait for update;
        end if;
        return new;
      end $body$;
      create trigger walk_into_it after insert on sales for each row execute function walk_into_it();`);
    const other = new DatabaseSession(stack.adminDatabaseUrl);
    try {
      // It leaves it to the worker's backend to find out, which thereby is the victim.
      await other.run("set deadlock_timeout = '1h'; begin; select 1 from bait for update");
      const answer = post('/sales', documentOf(product), { on: stack });
      await until(held, { what: 'the sale that has locked its product' });
      await other.run(lockOf(product));
      await other.end();
      assert.equal((await answer).status, 201, (await answer).text);
      assert.deepEqual(await stack.sql("select pg_sequence_last_value('tries') as tries"), [{ tries: 2 }]);
    } finally {
      await other.end();
      await stack.execute('drop trigger walk_into_it on sales; drop function walk_into_it(); drop sequence tries; drop table bait;');
    }
    assert.equal(deadlocks(), before + 1);
    await assertDone(product, { stock: 9, sales: 1, movements: 1, ledger: 9 });
  });

  for (const code of ['40P01', '40001']) {
    for (const [failures, what] of [[3, 'three times: 201'], [4, 'four times: 503, and nothing is done']]) {
      test(`${code} ${what}`, async () => {
        const product = await stocked();
        await stack.execute(`create sequence tries;
          create function fail() returns trigger language plpgsql security definer as $body$ begin
            if nextval('tries') <= ${failures} then raise exception 'on purpose' using errcode = '${code}'; end if;
            return new;
          end $body$;
          create trigger fail after insert on sale_lines for each row execute function fail();`);
        try {
          const answer = await post('/sales', documentOf(product), { on: stack });
          if (failures > 3) {
            assertUnavailable(answer);
            await assertDone(product, NOTHING);
          } else {
            assert.equal(answer.status, 201, answer.text);
            await assertDone(product, { stock: 9, sales: 1, movements: 1, ledger: 9 });
          }
          assert.deepEqual(await stack.sql("select pg_sequence_last_value('tries') as tries"), [{ tries: 4 }]);
        } finally {
          await stack.execute('drop trigger fail on sale_lines; drop function fail(); drop sequence tries;');
        }
      });
    }
  }
});

describe('AC-87 the same key while the first request is still being worked on', () => {
  const CLIENTS = 10;

  test('is a 409 that says so and when to come again, another user\'s is another, and later it is replayed', async () => {
    const lamp = await stocked();
    const chair = await stocked();
    const headers = newKey();
    const send = (product, user = 'staff') => post('/sales', documentOf(product), { headers, user, on: stack });
    const first = await whileHolding(stack, lockOf(lamp), async () => {
      const answer = send(lamp);
      await until(() => someoneWaits(stack), { what: 'the first request' });
      const second = await send(lamp);
      const problem = assertProblem(second, 409);
      assert.equal(problem.type, '/problems/conflict');
      assert.match(problem.detail, /Idempotency-Key/);
      assert.match(second.headers['retry-after'] ?? '', /^[1-9][0-9]*$/);
      assertProblem(await send(chair), 409, 'whatever else it asks for');
      assert.equal((await send(chair, 'admin')).status, 201);
      await assertDone(lamp, NOTHING);
      return { answer };
    });
    const answer = await first.answer;
    assert.equal(answer.status, 201, answer.text);
    const replay = await send(lamp);
    assert.deepEqual([replay.status, replay.headers['idempotent-replayed'], replay.text], [201, 'true', answer.text]);
    await assertDone(lamp, { stock: 9, sales: 1, movements: 1, ledger: 9 });
    await assertDone(chair, { stock: 9, sales: 1, movements: 1, ledger: 9 });
  });

  for (const [name, { send, status = 201, once }] of Object.entries(WRITES)) {
    test(`${name}: ${CLIENTS} at the same time have one effect, and all of them have its answer in the end`, async () => {
      const product = await stocked();
      const rest = { headers: newKey(), on: stack };
      const answers = await together(CLIENTS, () => send(product, rest));
      const told = answers.filter((answer) => answer.status === status);
      assert.ok(told.length > 0);
      answers.filter((answer) => !told.includes(answer)).forEach((answer) => assertProblem(answer, 409));
      assert.equal(told.filter((answer) => !answer.headers['idempotent-replayed']).length, 1, 'one of them did it');
      await assertDone(product, once);
      const later = await together(CLIENTS, () => send(product, rest));
      later.forEach((answer) => assert.deepEqual([answer.status, answer.headers['idempotent-replayed'], answer.text], [status, 'true', told[0].text]));
      await assertDone(product, once);
    });
  }
});
