// The ledger: moving stock by hand, counting, undoing, and reading it all.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { createProduct, newKey, post, productAddress, readProduct, walkPages } from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const stocked = (stockQuantity) => createProduct({ stockQuantity, minimumStock: 0 });
const stockOf = async (product) => (await readProduct(product)).json.stockQuantity;
const move = (product, json, rest) => post(`${productAddress(product)}/movements`, json, rest);
const count = (product, json, rest) => post(`${productAddress(product)}/count`, json, rest);
const undo = (movementId, json = {}, rest = {}) => post(`/movements/${movementId}/reverse`, json, rest);
const sell = (product, quantity) => post('/sales', { lines: [{ productId: product.productId, quantity }] });

describe('POST /products/{productId}/movements', () => {
  test('moves stock in and out, with reason and note', async () => {
    const lamp = await stocked(10);
    const out = await move(lamp, { quantity: -3, reason: 'damage', note: 'Fell off\nthe shelf.' });
    assert.equal(out.status, 201, out.text);
    shapes.movement(out.json);
    const { type, quantity, quantityAfter, reason, note } = out.json;
    assert.deepEqual({ type, quantity, quantityAfter, reason, note },
      { type: 'adjustment', quantity: -3, quantityAfter: 7, reason: 'damage', note: 'Fell off\nthe shelf.' });
    await move(lamp, { quantity: 1, reason: 'found' });
    assert.equal(await stockOf(lamp), 8);
  });

  test('AC-87 is done once for its key', async () => {
    const lamp = await stocked(10);
    const headers = newKey();
    const first = await move(lamp, { quantity: -3, reason: 'loss' }, { headers });
    const second = await move(lamp, { quantity: -3, reason: 'loss' }, { headers });
    assert.deepEqual(second.bytes, first.bytes);
    assert.equal(second.headers['idempotent-replayed'], 'true');
    assert.equal(await stockOf(lamp), 7);
  });

  test('refuses more than there is, nothing, and reasons nobody knows', async () => {
    const lamp = await stocked(3);
    const problem = assertProblem(await move(lamp, { quantity: -4, reason: 'loss' }), 409, { fields: { '/quantity': 'not_enough_stock' } });
    assert.deepEqual(problem.current, { productId: lamp.productId, productName: lamp.name, stockQuantity: 3 });
    assertProblem(await move(lamp, { quantity: 0, reason: 'loss' }), 422, { fields: { '/quantity': 'zero' } });
    assertProblem(await move(lamp, { quantity: 1, reason: 'correction' }), 422, { fields: { '/reason': 'not_a_choice' } });
    assertProblem(await move(lamp, {}), 422, { fields: { '/quantity': 'required', '/reason': 'required' } });
    assertProblem(await move({ productId: randomUUID() }, { quantity: 1, reason: 'found' }), 404);
    assert.equal(await stockOf(lamp), 3);
  });
});

describe('POST /products/{productId}/count', () => {
  test('books the difference, and nothing when there is none', async () => {
    const lamp = await stocked(10);
    const fewer = await count(lamp, { countedQuantity: 8, expectedQuantity: 10, note: 'Shelf 4' });
    assert.equal(fewer.status, 200, fewer.text);
    shapes.movement(fewer.json.movement);
    assert.deepEqual([fewer.json.stockQuantity, fewer.json.movement.quantity, fewer.json.movement.type], [8, -2, 'count']);
    const right = await count(lamp, { countedQuantity: 8, expectedQuantity: 8 });
    assert.deepEqual(right.json, { productId: lamp.productId, expectedQuantity: 8, countedQuantity: 8, stockQuantity: 8, movement: null });
  });

  test('is refused with the stock as it is when the books had another figure', async () => {
    const lamp = await stocked(10);
    await sell(lamp, 1);
    const problem = assertProblem(await count(lamp, { countedQuantity: 10, expectedQuantity: 10 }), 409,
      { fields: { '/expectedQuantity': 'stale' } });
    assert.equal(problem.current.stockQuantity, 9);
    assert.equal(await stockOf(lamp), 9);
  });

  test('keeps what was sold since the counting', async () => {
    const lamp = await stocked(10);
    const [{ now: countedAt }] = await sql(`select to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`);
    await sell(lamp, 4);
    const answer = await count(lamp, { countedQuantity: 9, expectedQuantity: 10, countedAt });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([answer.json.movement.quantity, answer.json.stockQuantity, await stockOf(lamp)], [-1, 5, 5]);
  });

  test('cannot count away what was sold meanwhile', async () => {
    const lamp = await stocked(10);
    const [{ now: countedAt }] = await sql(`select to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`);
    await sell(lamp, 8);
    assertProblem(await count(lamp, { countedQuantity: 7, expectedQuantity: 10, countedAt }), 409);
    assert.equal(await stockOf(lamp), 2);
  });

  test('reads figures and times strictly', async () => {
    const lamp = await stocked(1);
    assertProblem(await count(lamp, { countedQuantity: -1, expectedQuantity: 1.5, countedAt: '2023-02-29T00:00:00Z' }), 422, {
      fields: { '/countedQuantity': 'out_of_range', '/expectedQuantity': 'not_an_integer', '/countedAt': 'not_a_time' },
    });
  });
});

describe('POST /movements/{movementId}/reverse', () => {
  test('undoes a line of a sale, once: stock, units sold and figures', async () => {
    const lamp = await stocked(10);
    const { json: sale } = await sell(lamp, 4);
    const answer = await undo(sale.lines[0].movementId, { note: 'Brought back' });
    assert.equal(answer.status, 201, answer.text);
    shapes.movement(answer.json);
    assert.deepEqual([answer.json.type, answer.json.quantity, answer.json.reversalOf], ['reversal', 4, sale.lines[0].movementId]);
    const { json: product } = await readProduct(lamp);
    assert.deepEqual([product.stockQuantity, product.unitsSold], [10, 0]);
    const { json: read } = await request('GET', `/sales/${sale.saleId}`, { user: 'viewer' });
    assert.equal(read.lines[0].reversedBy, answer.json.movementId);

    const again = assertProblem(await undo(sale.lines[0].movementId), 409);
    assert.deepEqual(again.current, { movementId: answer.json.movementId });
    assertProblem(await undo(answer.json.movementId), 409);
  });

  test('AC-87 sent twice with one key it is one reversal', async () => {
    const lamp = await stocked(10);
    const { json: { movementId } } = await move(lamp, { quantity: -3, reason: 'loss' });
    const headers = newKey();
    const first = await undo(movementId, {}, { headers });
    const second = await undo(movementId, {}, { headers });
    assert.deepEqual([second.status, second.text], [201, first.text]);
  });

  test('does not take away what is no longer there', async () => {
    const lamp = await stocked(0);
    const { json: purchase } = await post('/purchases', { lines: [{ productId: lamp.productId, quantity: 5, unitCost: 1 }] });
    await sell(lamp, 3);
    assertProblem(await undo(purchase.lines[0].movementId), 409);
    assert.equal(await stockOf(lamp), 2);
  });

  test('of no movement there is is a 404', async () => {
    assertProblem(await undo(randomUUID()), 404);
  });
});

describe('GET /products/{productId}/movements', () => {
  test('is the whole ledger, newest first, also of an archived product', async () => {
    const lamp = await stocked(10);
    for (let number = 0; number < 5; number += 1) await move(lamp, { quantity: -1, reason: 'sample' });
    await request('DELETE', productAddress(lamp), { user: 'admin' });
    const pages = await walkPages(`${productAddress(lamp)}/movements?limit=4`);
    assert.deepEqual(pages.map((page) => page.length), [4, 2]);
    shapes.list(shapes.movement)(pages.flat());
    assert.deepEqual(pages.flat().map(({ quantityAfter }) => quantityAfter), [5, 6, 7, 8, 9, 10]);
  });

  test('of no product there is is a 404', async () => {
    assertProblem(await request('GET', `/products/${randomUUID()}/movements`, { user: 'viewer' }), 404);
  });
});
