// AC-88: who changed what.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { createProduct, productAddress, unique, userIdOf, walkPages } from './records.mjs';
import { assertProblem, integer, list, nullable, object, text, timestamp, uuid } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const record = object({
  auditId: integer, timestamp, actorId: nullable(uuid), user: nullable(object({ name: text, email: nullable(text) })),
  requestId: nullable(text), table: text, rowId: uuid, action: text,
  before: nullable((value) => assert.equal(typeof value, 'object')),
  after: nullable((value) => assert.equal(typeof value, 'object')),
});
const admin = { user: 'admin' };
const get = async (parameters) => {
  const answer = await request('GET', `/audit?${new URLSearchParams(parameters)}`, admin);
  assert.equal(answer.status, 200, answer.text);
  list(record)(answer.json);
  return answer.json;
};
const ids = (records) => records.map(({ auditId }) => auditId);

describe('GET /audit', () => {
  test('AC-88 has every write of a product once: who, in which request, before and after', async () => {
    const made = await createProduct({ name: unique('Watched'), price: 3 });
    const changed = await request('PATCH', productAddress(made), { user: 'staff', json: { price: 4.5 } });
    await request('PATCH', productAddress(made), { user: 'staff', json: { price: 'free' } });
    const gone = await request('DELETE', productAddress(made), admin);
    const found = await get({ rowId: made.productId });
    assert.deepEqual(found.map(({ action, table }) => [action, table]),
      [['delete', 'products'], ['update', 'products'], ['insert', 'products']]);
    assert.deepEqual(found.map(({ requestId }) => requestId).slice(0, 2),
      [gone.headers['x-request-id'], changed.headers['x-request-id']]);
    const [staff, boss] = [await userIdOf('staff'), await userIdOf('admin')];
    assert.deepEqual(found.map(({ actorId }) => actorId), [boss, staff, staff]);
    const [{ name }] = await sql('select name from users where user_id = $1', [boss]);
    assert.equal(found[0].user.name, name);
    const [last, update, first] = found;
    assert.deepEqual([first.before, first.after.price, update.before.price, update.after.price, last.before.price,
      last.after], [null, 3, 3, 4.5, 4.5, null]);
    assert.deepEqual(update.before, first.after);
    assert.ok(!('search_name' in first.after));
  });

  test('pages have every row exactly once, newest first', async () => {
    const pages = await walkPages('/audit?limit=500', admin);
    const rows = await sql('select audit_id::int as id from audit_log where audit_id <= $1 order by audit_id desc',
      [pages[0][0].auditId]);
    assert.deepEqual(ids(pages.flat()), rows.map(({ id }) => id));
    assert.ok(pages.length > 1);
  });

  test('has 100 without a limit', async () => {
    assert.equal((await get({})).length, 100);
  });

  test('filters by table, actor and days of the business, alone and together', async () => {
    const made = await createProduct();
    const [{ today, tomorrow }] = await sql(`select (now() at time zone business_time_zone)::date::text as today,
      ((now() at time zone business_time_zone)::date + 1)::text as tomorrow from settings`);
    const staff = await userIdOf('staff');
    for (const [parameters, condition, values] of [
      [{ table: 'users' }, 'table_name = $1', ['users']],
      [{ actorId: staff }, 'actor_id = $1', [staff]],
      [{ from: today, to: today }, `at >= business_day_start($1) and at < business_day_start($1 + 1)`, [today]],
      [{ actorId: staff, table: 'products', from: today }, `actor_id = $1 and table_name = 'products'
        and at >= business_day_start($2)`, [staff, today]],
    ]) {
      const rows = await sql(`select audit_id::int as id from audit_log where ${condition.replace(/\$1 \+ 1/, '$1::date + 1')}
        order by audit_id desc limit 50`, values);
      assert.deepEqual(ids(await get({ ...parameters, limit: 50 })), rows.map(({ id }) => id), JSON.stringify(parameters));
      assert.ok(rows.length > 0);
    }
    assert.equal((await get({ rowId: made.productId, table: 'products', actorId: staff, to: today })).length, 1);
    for (const nothing of [{ rowId: randomUUID() }, { table: 'nothing' }, { from: tomorrow }, { to: '1999-12-31' },
      { rowId: made.productId, actorId: randomUUID() }]) {
      assert.deepEqual(await get(nothing), [], JSON.stringify(nothing));
    }
  });

  test('answers 400 to what it cannot look for', async () => {
    const cursor = (plain) => Buffer.from(plain).toString('base64url');
    for (const [parameters, fields] of [
      [{ rowId: 'x', actorId: '1' }, { '?rowId': 'not_a_uuid', '?actorId': 'not_a_uuid' }],
      [{ from: 'today', to: '2026-02-30' }, { '?from': 'not_a_day', '?to': 'not_a_day' }],
      [{ limit: 1001 }, { '?limit': 'out_of_range' }],
      ...['', '-1', '1.5', '1 ', `${'9'.repeat(19)}`, randomUUID(), '1\0'].map((plain) =>
        [{ cursor: cursor(plain) }, { '?cursor': 'not_a_cursor' }]),
    ]) {
      assertProblem(await request('GET', `/audit?${new URLSearchParams(parameters)}`, admin), 400, { fields });
    }
  });
});
