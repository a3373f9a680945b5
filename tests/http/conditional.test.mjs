// Entity tags: 304 for who has the current state, 412 for who would overwrite somebody else's edit.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { png } from './images.mjs';
import { createNotification, createProduct, productAddress, readProduct, sell } from './records.mjs';
import { assertProblem } from './shapes.mjs';
import { request } from './stack.mjs';

const READS = ['/dashboard', '/products', '/products?search=a&limit=2', '/users', '/expenses', '/notifications',
  '/notifications/unread-count', '/openapi.json', '/docs'];
const read = (address, headers = {}, method = 'GET') => request(method, address, { user: 'viewer', headers });

describe('If-None-Match', () => {
  for (const address of READS) {
    test(`GET ${address} answers 304 while nothing changed`, async () => {
      const full = await read(address);
      assert.equal(full.status, 200, full.text);
      assert.match(full.headers.etag, /^"[\x21\x23-\x7e]+"$/);
      assert.match(full.headers['cache-control'], /no-cache/);
      const same = await read(address, { 'if-none-match': full.headers.etag });
      assert.equal(same.status, 304);
      assert.equal(same.text, '');
      assert.equal(same.headers.etag, full.headers.etag);
      assert.equal(same.headers['content-type'], undefined);
      const head = await read(address, { 'if-none-match': full.headers.etag }, 'HEAD');
      assert.equal(head.status, 304);
    });
  }

  test('is answered with the new state once it changed', async () => {
    const product = await createProduct();
    const before = await readProduct(product);
    await request('PATCH', productAddress(product), { user: 'staff', json: { price: 77 } });
    const after = await read(productAddress(product), { 'if-none-match': before.headers.etag });
    assert.equal(after.status, 200);
    assert.equal(after.json.price, 77);
    assert.notEqual(after.headers.etag, before.headers.etag);
  });

  test('sees a sale too, which is no edit', async () => {
    const product = await createProduct({ stockQuantity: 5 });
    const before = await readProduct(product);
    await sell(product, 1);
    const after = await read(productAddress(product), { 'if-none-match': before.headers.etag });
    assert.equal(after.status, 200);
    assert.equal(after.json.version, product.version);
  });

  test('is kept apart for each user where the answer is', async () => {
    const mine = await read('/notifications/unread-count');
    await createNotification({ forUser: 'viewer' });
    const after = await read('/notifications/unread-count', { 'if-none-match': mine.headers.etag });
    assert.equal(after.status, 200);
    assert.equal(after.json.count, mine.json.count + 1);
  });

  test('may be a list, a weak tag or *; what is no tag matches nothing', async () => {
    const product = await createProduct();
    const { etag } = (await readProduct(product)).headers;
    const status = async (value) => (await read(productAddress(product), { 'if-none-match': value })).status;
    for (const value of [`"a", ${etag}`, `${etag},"b"`, `W/"x" , W/${etag}`, `W/${etag}`, '*', `,, ${etag}`]) {
      assert.equal(await status(value), 304, value);
    }
    for (const value of ['"a", "b"', etag.slice(1, -1), etag.slice(0, -1), '""', 'W/', `"x${etag.slice(1)}`]) {
      assert.equal(await status(value), 200, value);
    }
  });
});

describe('A compressed answer', () => {
  test('has a weak tag, with which both the read and the edit work', async () => {
    const product = await createProduct({ description: 'long '.repeat(400) });
    const address = productAddress(product);
    // The recording proxy would unpack it.
    const readDirectly = (headers) => request('GET', address, { user: 'viewer', headers, direct: true });
    const packed = await readDirectly({ 'accept-encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.match(packed.headers.vary, /Accept-Encoding/);
    assert.match(packed.headers.etag, /^W\/"/);
    const plain = await readDirectly();
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.deepEqual(JSON.parse(gunzipSync(packed.bytes)), plain.json);
    assert.equal(packed.headers.etag, `W/${plain.headers.etag}`);

    for (const encoding of ['gzip', 'identity']) {
      const same = await readDirectly({ 'accept-encoding': encoding, 'if-none-match': packed.headers.etag });
      assert.equal(same.status, 304);
    }
    const edited = await request('PATCH', address, {
      user: 'staff', json: { price: 3 }, headers: { 'if-match': packed.headers.etag },
    });
    assert.equal(edited.status, 200, edited.text);
  });
});

describe('If-Match', () => {
  const EDITS = {
    PATCH: (address, headers) => request('PATCH', address, { user: 'staff', json: { price: 99 }, headers }),
    PUT: (address, headers) => request('PUT', address, { user: 'staff', json: { price: 99 }, headers }),
    DELETE: (address, headers) => request('DELETE', address, { user: 'admin', headers }),
    'POST image': (address, headers) =>
      request('POST', `${address}/image`, { user: 'staff', form: { image: { bytes: png() } }, headers }),
  };

  for (const [name, edit] of Object.entries(EDITS)) {
    test(`AC-86 ${name}: a stale one is a 412 with the current record, and nothing changed`, async () => {
      const product = await createProduct({ price: 1 });
      const { etag } = (await readProduct(product)).headers;
      await request('PATCH', productAddress(product), { user: 'staff', json: { price: 2 } });
      const current = await readProduct(product);

      const answer = await edit(productAddress(product), { 'if-match': etag });
      const problem = assertProblem(answer, 412);
      const { Sales, Purchases, ...expected } = current.json;
      assert.deepEqual(problem.current, expected);
      assert.deepEqual((await readProduct(product)).json, current.json);

      const again = await edit(productAddress(product), { 'if-match': answer.headers.etag });
      assert.equal(again.status, 200, 'the tag of the 412 is the current one');
    });

    test(`${name}: the current one and * let the edit through, and so does none`, async () => {
      for (const value of [undefined, '*', 'current']) {
        const product = await createProduct();
        const { etag } = (await readProduct(product)).headers;
        const headers = value && { 'if-match': value === 'current' ? etag : value };
        const answer = await edit(productAddress(product), headers);
        assert.equal(answer.status, 200, `${value}: ${answer.text}`);
      }
    });

    test(`${name}: 404 goes before 412 for what is not there`, async () => {
      const answer = await edit(`/products/${randomUUID()}`, { 'if-match': '"1.0000000000000000"' });
      assertProblem(answer, 404);
    });
  }

  test('the answer to an edit has the tag for the next edit', async () => {
    const created = await request('POST', '/products', { user: 'staff', json: { name: 'Chain', price: 1 } });
    let { etag } = created.headers;
    for (const price of [2, 3, 4]) {
      const answer = await request('PATCH', created.headers.location, {
        user: 'staff', json: { price }, headers: { 'if-match': etag },
      });
      assert.equal(answer.status, 200, answer.text);
      assert.notEqual(answer.headers.etag, etag);
      etag = answer.headers.etag;
    }
  });

  test('a sale in between makes no edit stale', async () => {
    const product = await createProduct({ stockQuantity: 3 });
    const { etag } = (await readProduct(product)).headers;
    await sell(product, 1);
    const answer = await EDITS.PATCH(productAddress(product), { 'if-match': etag });
    assert.equal(answer.status, 200, answer.text);
  });

  test('AC-86 of two edits with the same tag at the same moment, one wins', async () => {
    const product = await createProduct();
    const { etag } = (await readProduct(product)).headers;
    const answers = await Promise.all([11, 12, 13, 14].map((price) =>
      request('PATCH', productAddress(product), { user: 'staff', json: { price }, headers: { 'if-match': etag } })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200);
    assert.equal((await readProduct(product)).json.price, winner.json.price);
  });

  test('what names no version is a 412, and what is no tag a 400', async () => {
    const product = await createProduct();
    const { etag } = (await readProduct(product)).headers;
    for (const value of ['"abc"', '"99999999999999999999.0"', '"4294967297.0"', '"-1.0"', '""', '"2.x"']) {
      const answer = await EDITS.PATCH(productAddress(product), { 'if-match': value });
      assert.equal(answer.status, 412, `${value}: ${answer.text}`);
      assertProblem(answer, 412);
    }
    for (const value of ['abc', etag.slice(1), `${etag} x`, ',']) {
      assertProblem(await EDITS.PATCH(productAddress(product), { 'if-match': value }), 400);
    }
    assert.equal((await readProduct(product)).json.version, 1);
  });
});
