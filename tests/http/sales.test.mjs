// Selling and buying: documents, what they do to stock, and that each is done once.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  createProduct, newKey, post, productAddress, readProduct, unique, userIdOf, walkPages,
} from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const stockOf = async (product) => (await readProduct(product)).json.stockQuantity;
const lines = (...pairs) => ({ lines: pairs.map(([{ productId }, quantity, rest]) => ({ productId, quantity, ...rest })) });
const stocked = (stockQuantity, fields = {}) => createProduct({ stockQuantity, minimumStock: 0, price: 19.99, ...fields });

describe('POST /sales', () => {
  test('books a sale of many lines: document, stock, units sold, ledger', async () => {
    const lamp = await stocked(10);
    const chair = await stocked(5, { price: 5 });
    const answer = await post('/sales', { ...lines([lamp, 3], [chair, 2, { unitPrice: 4.5 }]), note: 'At the counter' });
    assert.equal(answer.status, 201, answer.text);
    shapes.saleDocument(answer.json);
    const sale = answer.json;
    assert.equal(answer.headers.location, `/sales/${sale.saleId}`);
    assert.equal(sale.totalAmount, 68.97);
    assert.equal(sale.note, 'At the counter');
    assert.equal(sale.userId, await userIdOf('staff'));
    const told = sale.lines.map(({ productId, quantity, unitPrice, totalAmount }) => [productId, quantity, unitPrice, totalAmount]);
    assert.deepEqual(told.sort(), [[lamp.productId, 3, 19.99, 59.97], [chair.productId, 2, 4.5, 9]].sort());
    assert.deepEqual([await stockOf(lamp), await stockOf(chair)], [7, 3]);
    assert.equal((await readProduct(lamp)).json.unitsSold, 3);
    const [movement] = (await request('GET', `${productAddress(lamp)}/movements`, { user: 'viewer' })).json;
    assert.deepEqual([movement.type, movement.quantity, movement.quantityAfter, movement.saleId], ['sale', -3, 7, sale.saleId]);
    const again = await request('GET', answer.headers.location, { user: 'viewer' });
    assert.deepEqual(again.json, sale, 'it is read as it was answered');
  });

  test('AC-54 a price of 19.99 stays 19.99, and three decimals are refused', async () => {
    const lamp = await stocked(10);
    const { json } = await post('/sales', lines([lamp, 3, { unitPrice: 19.99 }]));
    assert.equal(json.totalAmount, 59.97);
    assertProblem(await post('/sales', lines([lamp, 3, { unitPrice: 1.005 }])), 422,
      { fields: { '/lines/0/unitPrice': 'too_many_decimals' } });
  });

  test('AC-53 a quantity is a whole number from 1 to 2^31 - 1', async () => {
    const lamp = await stocked(10);
    const body = (quantity) => `{"lines":[{"productId":"${lamp.productId}","quantity":${quantity}}]}`;
    for (const [quantity, code] of [['9007199254740993', 'out_of_range'], ['1.5', 'not_an_integer'], ['-1', 'out_of_range'],
      ['0', 'out_of_range'], ['2147483648', 'out_of_range'], ['"1"', 'wrong_type'], ['null', 'not_nullable']]) {
      const answer = await request('POST', '/sales',
        { user: 'staff', body: body(quantity), headers: { ...newKey(), 'content-type': 'application/json' } });
      assertProblem(answer, 422, { fields: { '/lines/0/quantity': code } });
    }
    assert.equal(await stockOf(lamp), 10);
  });

  test('takes the lines of one product together, unless their prices differ', async () => {
    const lamp = await stocked(10);
    const { json } = await post('/sales', lines([lamp, 1], [{ productId: lamp.productId.toUpperCase() }, 2]));
    assert.deepEqual(json.lines.map(({ quantity }) => quantity), [3]);
    const differing = await post('/sales', lines([lamp, 1, { unitPrice: 1 }], [lamp, 1, { unitPrice: 2 }]));
    assertProblem(differing, 422, { fields: { '/lines/1/unitPrice': 'differs' } });
  });

  test('names every line that is wrong, and sells nothing', async () => {
    const lamp = await stocked(3);
    const gone = await createProduct({ stockQuantity: 1 });
    await request('DELETE', productAddress(gone), { user: 'admin' });
    const nobody = { productId: randomUUID() };
    const answer = await post('/sales', lines([lamp, 1], [gone, 1], [nobody, 1]));
    assertProblem(answer, 422, { fields: { '/lines/1/productId': 'archived', '/lines/2/productId': 'unknown' } });
    assertProblem(await post('/sales', { lines: [{}, 7, { productId: 'x', quantity: 1, colour: 'red' }], discount: 1 }), 422, {
      fields: {
        '/lines/0/productId': 'required', '/lines/0/quantity': 'required', '/lines/1': 'wrong_type',
        '/lines/2/productId': 'not_a_uuid', '/lines/2/colour': 'unknown_field', '/discount': 'unknown_field',
      },
    });
    assertProblem(await post('/sales', { lines: [] }), 422, { fields: { '/lines': 'empty' } });
    assertProblem(await post('/sales', { lines: 'all' }), 422, { fields: { '/lines': 'wrong_type' } });
    assertProblem(await post('/sales', {}), 422, { fields: { '/lines': 'required' } });
    assert.equal(await stockOf(lamp), 3);
  });

  test('takes 200 products, and not one more', async () => {
    const many = Array.from({ length: 201 }, () => ({ productId: randomUUID(), quantity: 1 }));
    const { json: problem } = await post('/sales', { lines: many });
    assert.deepEqual(problem.errors.at(-1), { pointer: '/lines/200', code: 'too_many', detail: problem.errors.at(-1).detail });
  });

  test('says of each product how much there is when that is too little, and sells nothing', async () => {
    const lamp = await stocked(3, { name: unique('Lamp') });
    const chair = await stocked(2, { name: unique('Chair') });
    const plenty = await stocked(100);
    const answer = await post('/sales', lines([plenty, 1], [lamp, 4], [chair, 3]));
    const problem = assertProblem(answer, 409,
      { fields: { '/lines/1/quantity': 'not_enough_stock', '/lines/2/quantity': 'not_enough_stock' } });
    assert.deepEqual(problem.current, [lamp, chair].map(({ productId, name, stockQuantity }) =>
      ({ productId, productName: name, stockQuantity })));
    const one = assertProblem(await post('/sales', lines([lamp, 4])), 409);
    assert.match(one.detail, new RegExp(`3 of "${lamp.name}"`), 'one product is named');
    assert.deepEqual([await stockOf(plenty), await stockOf(lamp), await stockOf(chair)], [100, 3, 2]);
  });

  test('a sale through the minimum alerts once', async () => {
    const lamp = await createProduct({ stockQuantity: 6, minimumStock: 5, name: unique('Low') });
    await post('/sales', lines([lamp, 2]));
    await post('/sales', lines([lamp, 1]));
    const alerts = await sql('select title from notifications where product_id = $1', [lamp.productId]);
    assert.deepEqual(alerts, [{ title: `Low stock: ${lamp.name}` }]);
    const [{ count }] = await sql('select count(*) from outbox where order_key = $1', [lamp.productId]);
    assert.equal(count, 1);
  });
});

describe('An Idempotency-Key', () => {
  test('AC-87 the same request again is answered again, and not done again', async () => {
    const lamp = await stocked(10);
    const headers = newKey();
    const first = await post('/sales', lines([lamp, 3]), { headers });
    const second = await post('/sales', lines([lamp, 3]), { headers });
    assert.equal(second.status, 201);
    assert.deepEqual(second.bytes, first.bytes);
    assert.equal(second.headers.location, first.headers.location);
    assert.deepEqual([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']], [undefined, 'true']);
    assert.equal(await stockOf(lamp), 7);
    await request('PATCH', productAddress(lamp), { user: 'staff', json: { name: unique('Renamed') } });
    const third = await post('/sales', lines([lamp, 3]), { headers });
    assert.deepEqual(third.bytes, first.bytes, 'whatever changed meanwhile');
  });

  test('AC-87 another body, and another address, with the same key are refused', async () => {
    const lamp = await stocked(10);
    const headers = newKey();
    await post('/sales', lines([lamp, 3]), { headers });
    assertProblem(await post('/sales', lines([lamp, 4]), { headers }), 422);
    assertProblem(await post('/purchases', lines([lamp, 3, { unitCost: 1 }]), { headers }), 422);
    assert.equal(await stockOf(lamp), 7);
  });

  test('AC-87 another user\'s is another key', async () => {
    const lamp = await stocked(10);
    const headers = newKey();
    await post('/sales', lines([lamp, 3]), { headers });
    const other = await post('/sales', lines([lamp, 3]), { headers, user: 'admin' });
    assert.equal(other.status, 201);
    assert.equal(other.headers['idempotent-replayed'], undefined);
    assert.equal(await stockOf(lamp), 4);
  });

  test('what was refused leaves it free', async () => {
    const lamp = await stocked(1);
    const headers = newKey();
    assertProblem(await post('/sales', lines([lamp, 2]), { headers }), 409);
    assert.equal((await post('/sales', lines([lamp, 1]), { headers })).status, 201);
  });

  test('is needed where stock or money moves, and is short', async () => {
    const lamp = await stocked(1);
    for (const [target, json] of [['/sales', lines([lamp, 1])], ['/purchases', lines([lamp, 1, { unitCost: 1 }])],
      ['/expenses', { category: 'x', amount: 1 }], [`${productAddress(lamp)}/movements`, { quantity: 1, reason: 'found' }],
      [`${productAddress(lamp)}/count`, { countedQuantity: 1, expectedQuantity: 1 }]]) {
      const without = assertProblem(await request('POST', target, { user: 'staff', json }), 400);
      assert.match(without.detail, /Idempotency-Key/);
    }
    for (const key of ['', 'k'.repeat(256), 'schlüssel']) {
      const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
      assertProblem(await post('/sales', lines([lamp, 1]), { headers }), 400);
    }
    assert.equal((await post('/sales', lines([lamp, 1]), { headers: { 'idempotency-key': 'k'.repeat(255) + '' } })).status, 201);
  });
});

describe('POST /purchases', () => {
  test('books a purchase: stock, costs of four decimals, the cent of each line', async () => {
    const lamp = await stocked(1);
    const chair = await stocked(1);
    const answer = await post('/purchases',
      { ...lines([lamp, 6, { unitCost: 1.2345 }], [chair, 1, { unitCost: 0 }]), supplier: 'Acme' });
    assert.equal(answer.status, 201, answer.text);
    shapes.purchaseDocument(answer.json);
    assert.deepEqual([answer.json.totalCost, answer.json.supplier, answer.json.note], [7.41, 'Acme', null]);
    assert.deepEqual([await stockOf(lamp), await stockOf(chair)], [7, 2]);
    assert.deepEqual((await request('GET', answer.headers.location, { user: 'viewer' })).json, answer.json);
    const { json: product } = await readProduct(lamp);
    assert.deepEqual(product.Purchases.map(({ quantity, unitCost, totalCost }) => [quantity, unitCost, totalCost]), [[6, 1.2345, 7.41]]);
  });

  test('needs a cost on each line', async () => {
    const lamp = await stocked(1);
    assertProblem(await post('/purchases', lines([lamp, 1])), 422, { fields: { '/lines/0/unitCost': 'required' } });
    assertProblem(await post('/purchases', lines([lamp, 1, { unitCost: null }])), 422, { fields: { '/lines/0/unitCost': 'not_nullable' } });
    assertProblem(await post('/purchases', lines([lamp, 1, { unitCost: 1.23456 }])), 422,
      { fields: { '/lines/0/unitCost': 'too_many_decimals' } });
  });

  test('a stock beyond what fits is refused', async () => {
    const lamp = await stocked(2_147_483_647);
    assertProblem(await post('/purchases', lines([lamp, 1, { unitCost: 1 }])), 422);
    assert.equal(await stockOf(lamp), 2_147_483_647);
  });
});

for (const [plural, idName, line] of [['sales', 'saleId', {}], ['purchases', 'purchaseId', { unitCost: 1 }]]) {
  describe(`GET /${plural}`, () => {
    const shape = plural === 'sales' ? shapes.saleDocument : shapes.purchaseDocument;

    test('pages through the documents of a product, newest first, each whole', async () => {
      const lamp = await stocked(100);
      const chair = await stocked(100);
      const made = [];
      for (let number = 0; number < 5; number += 1) {
        made.unshift((await post(`/${plural}`, lines([lamp, number + 1, line], [chair, 1, line]))).json);
      }
      const pages = await walkPages(`/${plural}?productId=${lamp.productId}&limit=2`);
      assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
      assert.deepEqual(pages.flat(), made);
      shapes.list(shape)(pages.flat());
    });

    test('gives a hundred unless asked for more, and days of the business', async () => {
      const { json: all } = await request('GET', `/${plural}`, { user: 'viewer' });
      assert.equal(all.length, 100);
      const times = all.map(({ timestamp }) => timestamp);
      assert.deepEqual(times, times.toSorted().reverse());
      const day = all.at(-1).timestamp.slice(0, 10);
      const { json: within } = await request('GET', `/${plural}?from=${day}&to=${day}&limit=1000`, { user: 'viewer' });
      assert.ok(within.length > 0 && within.every(({ timestamp }) => timestamp.startsWith(day)), 'the zone is UTC');
      assert.ok(within.some((each) => each[idName] === all.at(-1)[idName]));
    });

    test('refuses what is no day, no id and no cursor', async () => {
      const bad = await request('GET', `/${plural}?from=2023-02-29&to=today&productId=7`, { user: 'viewer' });
      assertProblem(bad, 400, { fields: { '?from': 'not_a_day', '?to': 'not_a_day', '?productId': 'not_a_uuid' } });
    });
  });
}
