// A shop whose lists are longer than one answer may be, and cursors that somebody made up.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nextPage } from './records.mjs';
import { startPrivateStack } from './stack.mjs';

const PRODUCTS = 700;
const LARGEST_ANSWER = 8 * 1024 * 1024;

describe('A list that does not fit into one answer', () => {
  let shop;
  before(async () => {
    shop = await startPrivateStack();
    await shop.sql(`insert into products (name, description, price)
      select 'Emoji ' || n, repeat(U&'\\+01F4A1', 4000), 1 from generate_series(1, ${PRODUCTS}) n`);
  });
  after(() => shop?.stop());

  test('comes in shorter pages, each row once, and never as a 500', async () => {
    const ids = [];
    let pages = 0;
    for (let next = '/products'; next; pages++) {
      const answer = await shop.request('GET', next, { user: 'viewer' });
      assert.equal(answer.status, 200, answer.text.slice(0, 300));
      assert.ok(Buffer.byteLength(answer.text) <= LARGEST_ANSWER);
      ids.push(...answer.json.map(({ productId }) => productId));
      next = nextPage(answer);
    }
    assert.equal(new Set(ids).size, PRODUCTS);
    assert.equal(ids.length, PRODUCTS);
    assert.ok(pages > 1 && pages < 5, `${pages} pages`);
  });

  test('a check for low stock works through a large catalogue, 1000 a time', async () => {
    await shop.sql(`insert into products (name, price)
      select 'Low ' || n, 1 from generate_series(1, 800) n`);
    const made = [];
    for (let call = 0; call < 3; call++) {
      const answer = await shop.request('POST', '/notifications/check-low-stock', { user: 'admin' });
      assert.equal(answer.status, 200);
      made.push(answer.json.alerts.length);
    }
    assert.deepEqual(made, [1000, PRODUCTS + 800 - 1000, 0]);
  });

  const id = '7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11';
  const madeUp = [
    ['/notifications', `${id}2024-01-01 00:00 Foo/Bar`], ['/notifications', `${id}2024-01-01 00:00:00+99`],
    ['/notifications', `${id}infinity`], ['/notifications', `${id}now`], ['/notifications', id],
    ['/notifications', `${id}2024-13-45 00:00:00+00`], ['/expenses', `${id}yesterday`],
    ['/expenses', `${id}2024-01-01x`], ['/expenses', `${id}2024-02-31`], ['/users', `${id.slice(1)}x`],
    ['/products', `${id}\0`],
  ];
  for (const [address, cursor] of madeUp) {
    test(`a made-up cursor ${JSON.stringify(cursor)} on ${address} is refused as malformed`, async () => {
      const encoded = Buffer.from(cursor).toString('base64url');
      const answer = await shop.request('GET', `${address}?cursor=${encoded}`, { user: 'viewer' });
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.json.type, '/problems/malformed-request');
    });
  }
});
