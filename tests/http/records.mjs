// Records that tests make for themselves. Names are never used twice, so that a test finds its own among
// those of the demo and of other tests, and may run again on the same stack.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request, sql, stack } from './stack.mjs';

/** `text` with something after it that no other record has. */
export const unique = (text) => `${text} ${randomUUID().slice(0, 13)}`;

/** Makes a product through the API, of the shared stack unless `on` another, and gives it. */
export async function createProduct(fields = {}, on) {
  const client = on ?? await stack();
  const answer = await client.request('POST', '/products', {
    user: 'staff', json: { name: unique('Crate'), price: 10, ...fields },
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

export const productAddress = (product) => `/products/${product.productId}`;

/** Reads a product as everybody sees it. */
export async function readProduct({ productId }) {
  const answer = await request('GET', `/products/${productId}`, { user: 'viewer' });
  assert.equal(answer.status, 200, answer.text);
  return answer;
}

/** The products that a search for the text finds. */
export async function findProducts(search) {
  const answer = await request('GET', `/products?search=${encodeURIComponent(search)}`, { user: 'viewer' });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

/** Makes a notification through the API: for everyone, or for the demo user `forUser`. */
export async function createNotification({ forUser, ...fields } = {}) {
  const userId = forUser ? await userIdOf(forUser) : undefined;
  const answer = await request('POST', '/notifications', {
    user: 'staff',
    json: { type: 'system', title: unique('Notice'), message: 'Read me.', userId, ...fields },
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

/** The user_id of a demo user. The first request makes the row. */
export async function userIdOf(name) {
  await request('GET', '/notifications/unread-count', { user: name });
  const [row] = await sql('select user_id from users where cognito_sub = $1',
    [(await stack()).user(name).sub]);
  return row.user_id;
}

/** A header with a key that was never used. */
export const newKey = () => ({ 'idempotency-key': randomUUID() });

/** Sends a request that is done once, with a new key unless `headers` has one. */
export const post = async (target, json, { user = 'staff', headers = {}, on, ...rest } = {}) =>
  (on ?? await stack()).request('POST', target, { user, json, headers: { ...newKey(), ...headers }, ...rest });

async function booked(target, json, { at, on }, table) {
  const answer = await post(target, json, { on });
  assert.equal(answer.status, 201, answer.text);
  const id = answer.json[`${table}Id`];
  // The books know no other time than now; lines follow their document's.
  const column = table === 'sale' ? 'sold_at' : 'purchased_at';
  if (at) await (on ?? await stack()).execute(`update ${table}s set ${column} = $1 where ${table}_id = $2`, [at, id]);
  return id;
}

/** Books a sale of one product and gives its id. `at` is a time as PostgreSQL reads it, `on` the stack. */
export const sell = ({ productId }, quantity, { price = 10, at, on } = {}) =>
  booked('/sales', { lines: [{ productId, quantity, unitPrice: price }] }, { at, on }, 'sale');

/** The same for a purchase. */
export const buy = ({ productId }, quantity, { cost = 4, at, on } = {}) =>
  booked('/purchases', { lines: [{ productId, quantity, unitCost: cost }] }, { at, on }, 'purchase');

/** The address of the next page in a Link header, or undefined on the last. */
export const nextPage = ({ headers }) => /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1];

/** Follows the pages from `address` to the last. `between` runs after each, with the page's number. */
export async function walkPages(address, { user = 'viewer', between } = {}) {
  const pages = [];
  for (let next = address; next; ) {
    const answer = await request('GET', next, { user });
    assert.equal(answer.status, 200, answer.text);
    pages.push(answer.json);
    await between?.(pages.length);
    next = nextPage(answer);
  }
  return pages;
}

/**
 * What the books say of a product: { stock, sold, version, sales, purchases, movements } without its opening, and `ledger`, to
 * which the stock has to be equal.
 */
export async function booksOf({ productId }, on) {
  const [books] = await (on ?? await stack()).sql(`select stock_quantity as stock, units_sold as sold, version,
      (select count(*) from sale_lines l where l.product_id = p.product_id) as sales,
      (select count(*) from purchase_lines l where l.product_id = p.product_id) as purchases,
      (select count(*) from stock_movements m where m.product_id = p.product_id and type <> 'opening') as movements,
      (select coalesce(sum(quantity), 0) from stock_movements m where m.product_id = p.product_id) as ledger
    from products p where product_id = $1`, [productId]);
  return books;
}
