// Lists in pages: every row exactly once, whatever is written in between.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  createNotification, createProduct, nextPage, productAddress, unique, userIdOf, walkPages,
} from './records.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const LISTS = {
  '/products': {
    id: 'productId',
    query: 'select product_id as id from products where archived_at is null order by name, product_id',
  },
  '/users': { id: 'userId', query: 'select user_id as id from users order by name, user_id' },
  '/expenses': {
    id: 'expenseByCategoryId',
    query: `select expense_by_category_id as id from expense_by_category
      order by day desc, expense_by_category_id desc`,
  },
  '/notifications': { id: 'notificationId' },
};

/** What the caller may see of notifications is a query of its own. */
const visible = async (user) => sql(`select notification_id as id from notifications n
  where (user_id is null or user_id = $1) and not exists (select from notification_reads r
    where r.notification_id = n.notification_id and r.user_id = $1 and r.dismissed_at is not null)
  order by created_at desc, notification_id desc`, [await userIdOf(user)]);

for (const [address, { id, query }] of Object.entries(LISTS)) {
  describe(`Pages of GET ${address}`, () => {
    test('have every row exactly once, in order', async () => {
      const rows = query ? await sql(query) : await visible('viewer');
      for (const limit of [7, 1000]) {
        const pages = await walkPages(`${address}?limit=${limit}`);
        assert.deepEqual(pages.flat().map((one) => one[id]), rows.map((row) => row.id));
        assert.ok(pages.slice(0, -1).every((page) => page.length === limit));
        assert.ok(pages.at(-1).length > 0, 'the last page is not an empty one');
      }
    });

    test('end without a Link', async () => {
      const { length } = query ? await sql(query) : await visible('viewer');
      assert.ok(length > 1);
      const exact = await request('GET', `${address}?limit=${Math.min(length, 1000)}`, { user: 'viewer' });
      assert.equal(nextPage(exact) === undefined, length <= 1000);
      const short = await request('GET', `${address}?limit=${Math.min(length, 1000) - 1}`, { user: 'viewer' });
      assert.match(short.headers.link, /^<\/[a-z]+\?limit=\d+&cursor=[A-Za-z0-9_-]+>; rel="next"$/);
    });

    test('AC-40 answer 400 to a limit outside 1 to 1000, never fewer rows in silence', async () => {
      for (const limit of ['0', '1001', '-1', '99999999999999999999']) {
        const answer = await request('GET', `${address}?limit=${limit}`, { user: 'viewer' });
        assertProblem(answer, 400, { fields: { '?limit': 'out_of_range' } });
      }
      for (const limit of ['abc', '', '1.5', '1e2', '0x10', '+5', '%205', '١']) {
        const answer = await request('GET', `${address}?limit=${encodeURI(limit)}`, { user: 'viewer' });
        assert.equal(answer.status, 400, limit);
        assertProblem(answer, 400);
      }
    });

    test('AC-40 answer 400 to a cursor that is none of ours', async () => {
      const encode = (value) => Buffer.from(value).toString('base64url');
      const uuid = randomUUID();
      for (const cursor of ['', 'abc', '***', encode('x'), encode(`${uuid}`).slice(1), `${encode(`${uuid}a`)}=`,
        encode(Buffer.concat([Buffer.from(uuid), Buffer.from([0xff])])), encode(`${uuid}a\0b`),
        'A'.repeat(3000)]) {
        const answer = await request('GET', `${address}?cursor=${encodeURIComponent(cursor)}`, { user: 'viewer' });
        assert.equal(answer.status, 400, `${cursor}: ${answer.text}`);
        assertProblem(answer, 400);
      }
    });

    test('AC-40 answer 400 to a cursor that was made of something else', async () => {
      const made = [`${randomUUID()}no such day`, `${randomUUID()}9999-99-99`, `${randomUUID()}`,
        `${randomUUID()}'; drop table products; --`];
      for (const text of made) {
        const cursor = Buffer.from(text).toString('base64url');
        const answer = await request('GET', `${address}?cursor=${cursor}`, { user: 'viewer' });
        // Of names any text is one.
        if (['/products', '/users'].includes(address)) assert.equal(answer.status, 200, text);
        else assertProblem(answer, 400);
      }
    });

    test('AC-40 answer 400 to an unknown or repeated query key', async () => {
      for (const [search, fields] of [
        ['limits=5', { '?limits': 'unknown_parameter' }],
        ['Limit=5', { '?Limit': 'unknown_parameter' }],
        ['limit=5&limit=5', { '?limit': 'repeated' }],
        ['limit=5&%6cimit=6', { '?limit': 'repeated' }],
        ['limit=5&page', { '?page': 'unknown_parameter' }],
      ]) {
        assertProblem(await request('GET', `${address}?${search}`, { user: 'viewer' }), 400, { fields });
      }
    });
  });
}

describe('While others write', () => {
  test('products are walked exactly once, those of the whole time', async () => {
    const mark = randomUUID().slice(0, 8);
    const named = (letter) => createProduct({ name: `${mark} ${letter} ${randomUUID().slice(0, 4)}` });
    const stable = [];
    for (const letter of 'bdfhjlnprt') stable.push(await named(letter));
    const passing = await named('m');
    const pages = await walkPages(`/products?search=${mark}&limit=3`, {
      between: async (page) => {
        // Before, at and after the place the reader has come to; one is gone before it is reached.
        for (const letter of 'aflz') await named(letter);
        if (page === 1) await request('DELETE', productAddress(passing), { user: 'admin' });
      },
    });
    const found = pages.flat().map(({ productId }) => productId);
    assert.equal(new Set(found).size, found.length, 'none twice');
    for (const { productId, name } of stable) assert.ok(found.includes(productId), name);
    assert.ok(!found.includes(passing.productId));
    const names = pages.flat().map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
  });

  test('notifications are walked exactly once, newer ones not at all', async () => {
    const made = [];
    for (let number = 0; number < 9; number += 1) {
      made.unshift(await createNotification({ forUser: number % 2 ? 'viewer' : undefined, title: unique('Walk') }));
    }
    const late = [];
    const pages = await walkPages('/notifications?limit=4', {
      between: async (page) => {
        if (page < 4) late.push(await createNotification());
      },
    });
    const found = pages.flat().map(({ notificationId }) => notificationId);
    assert.equal(new Set(found).size, found.length);
    assert.deepEqual(found.slice(0, 9), made.map(({ notificationId }) => notificationId));
    for (const { notificationId } of late) assert.ok(!found.includes(notificationId));
  });

  test('rows that share what they are ordered by are told apart', async () => {
    const name = unique('Same name');
    const made = [];
    for (let number = 0; number < 7; number += 1) made.push(await createProduct({ name }));
    const pages = await walkPages(`/products?search=${encodeURIComponent(name)}&limit=2`);
    assert.deepEqual(pages.flat().map(({ productId }) => productId), made.map(({ productId }) => productId).sort());

    await sql(`insert into notifications (type, title, message, created_at)
      select 'system', $1, 'x', '2026-01-01 10:00:00.123456Z' from generate_series(1, 7)`, [name]);
    const found = (await walkPages('/notifications?limit=2')).flat().filter(({ title }) => title === name);
    assert.equal(new Set(found.map(({ notificationId }) => notificationId)).size, 7);
  });

  test('any name works as the place to go on from', async () => {
    const mark = randomUUID().slice(0, 8);
    const names = ['ä ö', '%41 &=+#?', '"quoted" <b>', '\\ / |', '🍏 emoji', `${'long '.repeat(37)}`]
      .map((name) => `${mark} ${name}`.trim());
    for (const name of names) await createProduct({ name });
    const pages = await walkPages(`/products?search=${mark}&limit=1`);
    assert.deepEqual(pages.flat().map(({ name }) => name).sort(), names.toSorted());
    assert.equal(pages.length, names.length);
  });
});
