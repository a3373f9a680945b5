// Products: changing and archiving.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  createProduct, findProducts, productAddress, readProduct, sell, unique, userIdOf,
} from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const change = (product, json, method = 'PATCH') =>
  request(method, productAddress(product), { user: 'staff', json });

for (const method of ['PATCH', 'PUT']) {
  describe(`${method} /products/{productId}`, () => {
    test('changes what is sent and leaves the rest', async () => {
      const before = await createProduct({
        rating: 4, description: 'old', sku: unique('S'), category: 'Office', minimumStock: 3, stockQuantity: 9,
      });
      const answer = await change(before, { price: 32.5, category: 'Desk' }, method);
      assert.equal(answer.status, 200, answer.text);
      shapes.product(answer.json);
      const { updatedAt, ...rest } = answer.json;
      const { updatedAt: updatedBefore, ...expected } = before;
      assert.deepEqual(rest, { ...expected, price: 32.5, category: 'Desk', version: 2 });
      assert.ok(Date.parse(updatedAt) >= Date.parse(updatedBefore));
      assert.deepEqual((await readProduct(before)).json, { ...answer.json, Sales: [], Purchases: [] });
    });

    test('takes a form as well', async () => {
      const before = await createProduct({ rating: 4, description: 'old' });
      const answer = await request(method, productAddress(before), {
        user: 'staff', form: { name: unique('Formed'), rating: '', description: '', price: '7.25' },
      });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual([answer.json.rating, answer.json.description, answer.json.price], [null, null, 7.25]);
    });

    test('books a new stock quantity as a correction, which is an edit like any other', async () => {
      const before = await createProduct({ stockQuantity: 20 });
      const answer = await change(before, { stockQuantity: 13 }, method);
      assert.equal(answer.json.stockQuantity, 13);
      assert.equal(answer.json.version, before.version + 1);
      const rows = await sql(`select type, quantity, quantity_after, reason, actor_id, request_id
        from stock_movements where product_id = $1 order by sequence offset 1`, [before.productId]);
      assert.deepEqual(rows, [{
        type: 'adjustment', quantity: -7, quantity_after: 13, reason: 'correction',
        actor_id: await userIdOf('staff'), request_id: answer.headers['x-request-id'],
      }]);
      const same = await change(before, { stockQuantity: 13 }, method);
      assert.equal(same.json.version, answer.json.version);
      const [{ count }] = await sql('select count(*) from stock_movements where product_id = $1', [before.productId]);
      assert.equal(count, 2, 'the same figure again moves nothing');
    });
  });
}

describe('PATCH /products/{productId}', () => {
  test('clears with null what may be empty, and refuses it elsewhere', async () => {
    const before = await createProduct({
      rating: 4, description: 'old', sku: unique('S'), category: 'Office', imageUrl: 'http://example.com/a.png',
    });
    const nothing = { rating: null, description: null, sku: null, category: null, imageUrl: null };
    const answer = await change(before, nothing);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual({ ...answer.json, ...nothing }, answer.json);
    assertProblem(await change(before, { name: null, price: null, stockQuantity: null, minimumStock: null }), 422, {
      fields: {
        '/name': 'not_nullable', '/price': 'not_nullable', '/stockQuantity': 'not_nullable',
        '/minimumStock': 'not_nullable',
      },
    });
  });

  test('takes back a product as it was read, but for what only the service sets', async () => {
    const before = await createProduct({ rating: 4, stockQuantity: 6 });
    const { version, updatedAt, unitsSold, ...sent } = before;
    const answer = await change(before, sent);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json, before, 'the same again is no edit');
    assertProblem(await change(before, before), 422, {
      fields: { '/version': 'read_only', '/updatedAt': 'read_only', '/unitsSold': 'read_only' },
    });
  });

  test('takes an empty object for no change', async () => {
    const before = await createProduct();
    const answer = await change(before, {});
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json, before);
  });

  test('refuses another productId than the address has', async () => {
    const before = await createProduct();
    assert.equal((await change(before, { productId: before.productId.toUpperCase() })).status, 200);
    assertProblem(await change(before, { productId: randomUUID() }), 422, {
      fields: { '/productId': 'read_only' },
    });
  });

  test('changes nothing at all when one field is wrong', async () => {
    const before = await createProduct({ stockQuantity: 5 });
    assertProblem(await change(before, { name: 'New', stockQuantity: 8, price: -1 }), 422, {
      fields: { '/price': 'out_of_range' },
    });
    const after = (await readProduct(before)).json;
    assert.deepEqual([after.name, after.stockQuantity, after.version], [before.name, 5, 1]);
  });

  test('changes nothing at all when the sku is taken', async () => {
    const other = await createProduct({ sku: unique('S') });
    const before = await createProduct({ stockQuantity: 5 });
    assertProblem(await change(before, { name: 'New', stockQuantity: 8, sku: other.sku }), 409, {
      fields: { '/sku': 'taken' },
    });
    const after = (await readProduct(before)).json;
    assert.deepEqual([after.name, after.stockQuantity, after.sku, after.version], [before.name, 5, null, 1]);
    assert.equal((await change(other, { sku: other.sku.toUpperCase() })).status, 200, 'its own sku is free to it');
  });

  test('writes an audit row with the values before and after', async () => {
    const before = await createProduct({ price: 3 });
    const answer = await change(before, { price: 4 });
    const rows = await sql(`select action, actor_id, request_id, before->>'price' as was, after->>'price' as becomes
      from audit_log where row_id = $1 and action = 'update'`, [before.productId]);
    assert.deepEqual(rows, [{
      action: 'update', actor_id: await userIdOf('staff'), request_id: answer.headers['x-request-id'],
      was: '3.00', becomes: '4.00',
    }]);
  });

  test('answers 404 to an unknown and to an archived product', async () => {
    const gone = await createProduct({ stockQuantity: 1 });
    await request('DELETE', productAddress(gone), { user: 'admin' });
    for (const productId of [gone.productId, randomUUID()]) {
      assertProblem(await change({ productId }, { price: 1 }), 404);
    }
  });
});

describe('DELETE /products/{productId}', () => {
  const remove = (product) => request('DELETE', productAddress(product), { user: 'admin' });

  test('archives a product with a history: nobody sees it, and its history stays', async () => {
    const product = await createProduct({ stockQuantity: 5 });
    await sell(product, 2);
    const answer = await remove(product);
    assert.equal(answer.status, 200, answer.text);
    shapes.message(answer.json);
    assertProblem(await request('GET', productAddress(product), { user: 'viewer' }), 404);
    assert.deepEqual(await findProducts(product.name), []);
    const [row] = await sql(`select archived_at is not null as archived, stock_quantity,
      (select count(*) from sale_lines where product_id = p.product_id) as sales
      from products p where product_id = $1`, [product.productId]);
    assert.deepEqual(row, { archived: true, stock_quantity: 3, sales: 1 });
    const rows = await sql(`select action, request_id from audit_log
      where row_id = $1 order by audit_id desc limit 1`, [product.productId]);
    assert.deepEqual(rows, [{ action: 'update', request_id: answer.headers['x-request-id'] }]);
  });

  test('deletes a product without a history', async () => {
    const product = await createProduct();
    const answer = await remove(product);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(await sql('select 1 from products where product_id = $1', [product.productId]), []);
    const rows = await sql(`select action, actor_id, request_id from audit_log
      where row_id = $1 and action = 'delete'`, [product.productId]);
    assert.deepEqual(rows, [{
      action: 'delete', actor_id: await userIdOf('admin'), request_id: answer.headers['x-request-id'],
    }]);
  });

  test('answers 404 the second time, and to an unknown id', async () => {
    for (const stockQuantity of [0, 1]) {
      const product = await createProduct({ stockQuantity });
      assert.equal((await remove(product)).status, 200);
      assertProblem(await remove(product), 404);
    }
    assertProblem(await remove({ productId: randomUUID() }), 404);
  });

  test('keeps the sku of an archived product taken, since it stands on its sales', async () => {
    const product = await createProduct({ sku: unique('S'), stockQuantity: 1 });
    await remove(product);
    const answer = await request('POST', '/products', {
      user: 'staff', json: { name: unique('Next'), price: 1, sku: product.sku },
    });
    assertProblem(answer, 409, { fields: { '/sku': 'taken' } });
  });
});
