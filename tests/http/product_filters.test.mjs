// The catalogue filtered and sorted.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createProduct, sell, unique, walkPages } from './records.mjs';
import { assertProblem, list, product } from './shapes.mjs';
import { request, sql } from './stack.mjs';

const COLUMNS = {
  name: 'name', price: 'price', stockQuantity: 'stock_quantity', updatedAt: 'updated_at', unitsSold: 'units_sold',
};
const SORTS = Object.keys(COLUMNS).flatMap((name) => [name, `-${name}`]);
const order = (sort) => {
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  return `${COLUMNS[sort.replace('-', '')]} ${direction}, product_id ${direction}`;
};
const address = (parameters) => `/products?${new URLSearchParams(parameters)}`;
const ids = (products) => products.map(({ productId }) => productId);
const expected = async (condition, sort, values = []) => (await sql(`select product_id from products
  where archived_at is null and ${condition} order by ${order(sort)}`, values)).map((row) => row.product_id);
async function found(parameters) {
  const pages = await walkPages(address(parameters));
  list(product)(pages[0]);
  return ids(pages.flat());
}

describe('GET /products', () => {
  const category = unique('Shelf');
  const mark = unique('Sorted');

  before(async () => {
    // Many are equal in what they are sorted by, so that a page ends among them.
    for (let number = 0; number < 13; number += 1) {
      const made = await createProduct({
        name: `${mark} ${number % 4}`, category, price: [5, 19.99, 5, 0][number % 4], stockQuantity: 8 + number % 3,
        minimumStock: number % 2 ? 9 : 0,
      });
      if (number % 5 === 0) await sell(made, 2);
    }
    await createProduct({ name: `${mark} elsewhere`, category: category.toUpperCase() });
  });

  for (const sort of SORTS) {
    test(`sort=${sort} has every product once, in order, whole and filtered`, async () => {
      assert.deepEqual(await found({ sort, limit: 97 }), await expected('true', sort), 'all');
      const filters = [
        [{ category }, 'category = $1', [category]],
        [{ lowStock: true, category }, 'category = $1 and stock_quantity < minimum_stock', [category]],
        [{ lowStock: true }, 'stock_quantity < minimum_stock', []],
        [{ search: mark }, 'strpos(lower(name), lower($1)) > 0', [mark]],
        [{ search: mark, category, lowStock: true },
          'strpos(lower(name), lower($1)) > 0 and category = $2 and stock_quantity < minimum_stock',
          [mark, category]],
        [{ search: 'XY' }, "strpos(lower(name), 'xy') > 0", []],
        [{ search: '1', category }, "strpos(name, '1') > 0 and category = $1", [category]],
      ];
      for (const [parameters, condition, values] of filters) {
        // Pages as short as can be, but through the whole shop.
        const limit = parameters.category || parameters.search ? 3 : 31;
        assert.deepEqual(await found({ ...parameters, sort, limit }), await expected(condition, sort, values), JSON.stringify(parameters));
      }
    });
  }

  test('category is compared letter by letter, and lowStock=false filters nothing', async () => {
    assert.equal((await found({ category })).length, 13);
    assert.equal((await found({ category: category.toUpperCase() })).length, 1);
    assert.deepEqual(await found({ category: category.slice(0, -1) }), []);
    assert.equal((await found({ category, lowStock: false })).length, 13);
    assert.deepEqual(await found({ category: '' }), await found({}));
  });

  test('sku finds the one product with just this article number, in upper or lower case', async () => {
    const sku = unique('Scan_%');
    const made = await createProduct({ name: `${mark} scanned`, sku, category, stockQuantity: 1, minimumStock: 2 });
    await createProduct({ sku: `${sku}1` });
    for (const written of [sku, sku.toUpperCase(), sku.toLowerCase()]) assert.deepEqual(await found({ sku: written }), [made.productId]);
    for (const other of [sku.slice(0, -1), `${sku} `, '%', '_'.repeat(sku.length), unique('none')]) {
      assert.deepEqual(await found({ sku: other }), [], other);
    }
    await request('DELETE', `/products/${made.productId}`, { user: 'admin' });
    assert.deepEqual(await found({ sku }), [], 'an archived product');
  });

  test('sku goes together with every order, with the other filters and with a cursor', async () => {
    const sku = unique('All');
    const made = await createProduct({ name: `${mark} of all`, sku, category, stockQuantity: 1, minimumStock: 2 });
    for (const sort of SORTS) {
      for (const parameters of [{}, { category }, { lowStock: true }, { search: mark }, { search: 'l', category, lowStock: true }]) {
        assert.deepEqual(await found({ sku, sort, limit: 1, ...parameters }), [made.productId], JSON.stringify({ sort, ...parameters }));
      }
      for (const parameters of [{ category: `${category}x` }, { search: 'elsewhere' }]) {
        assert.deepEqual(await found({ sku, sort, ...parameters }), []);
      }
    }
    const behind = (key) => Buffer.from(`${made.productId}${key}`).toString('base64url');
    assert.deepEqual(await found({ sku, cursor: behind(made.name) }), [], 'from the product on');
    assert.deepEqual(await found({ sku, cursor: behind('') }), [made.productId], 'from the start');
    const csv = await request('GET', address({ sku }), { user: 'viewer', headers: { accept: 'text/csv' } });
    assert.match(csv.text, new RegExp(`^productId,[^\r]*\r\n${made.productId},${sku},[^\r]*\r\n$`));
  });

  test('stock that equals its minimum is not low', async () => {
    const name = unique('Exactly');
    await createProduct({ name, stockQuantity: 4, minimumStock: 4 });
    const low = await createProduct({ name, stockQuantity: 3, minimumStock: 4 });
    assert.deepEqual(await found({ search: name, lowStock: true }), [low.productId]);
  });

  test('answers 400 to a sort, filter or cursor that it does not know', async () => {
    for (const [parameters, fields] of [
      [{ sort: 'rating' }, { '?sort': 'not_a_choice' }],
      [{ sort: '' }, { '?sort': 'not_a_choice' }],
      [{ sort: '+name', lowStock: 'yes' }, { '?sort': 'not_a_choice', '?lowStock': 'not_a_choice' }],
      [{ sku: '' }, { '?sku': 'blank' }],
      [{ sku: '  ' }, { '?sku': 'blank' }],
      [{ sku: 'ä'.repeat(65) }, { '?sku': 'too_long' }],
      [{ category: 'x'.repeat(101), search: 'y'.repeat(201) }, { '?category': 'too_long', '?search': 'too_long' }],
    ]) {
      assertProblem(await request('GET', address(parameters), { user: 'viewer' }), 400, { fields });
    }
    const cursor = (key) => Buffer.from(`7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11${key}`).toString('base64url');
    for (const [sort, keys] of Object.entries({
      price: ['', '5', '5.5', '-1.00', 'NaN', '1e5', '5.000'], stockQuantity: ['', '5.00', '-1', '9'.repeat(19)],
      unitsSold: ['x', ' 1'], updatedAt: ['2026-01-01', 'infinity', ''],
    })) {
      for (const key of keys) {
        const answer = await request('GET', address({ sort, cursor: cursor(key) }), { user: 'viewer' });
        assertProblem(answer, 400, { fields: { '?cursor': 'not_a_cursor' } });
      }
    }
  });
});
