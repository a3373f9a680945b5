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

/**
 * Books a sale of one product, which no endpoint does yet: document, line and movement, as a later one
 * will. `at` is a time as PostgreSQL reads it, `on` the stack.
 */
export async function sell({ productId }, quantity, { price = 10, at = 'now', on } = {}) {
  const saleId = randomUUID();
  await (on ?? await stack()).execute(`begin;
    insert into sales (sale_id, sold_at) values ($1, $5);
    insert into sale_lines (sale_id, product_id, sold_at, quantity, unit_price)
      select sale_id, $2, sold_at, $3, $4 from sales where sale_id = $1;
    select move_stock(product_id, 'sale', -quantity, p_sale_line => sale_line_id)
      from sale_lines where sale_id = $1;
    commit`, [saleId, productId, quantity, price, at]);
  return saleId;
}

/** The same for a purchase. */
export async function buy({ productId }, quantity, { cost = 4, at = 'now', on } = {}) {
  const purchaseId = randomUUID();
  await (on ?? await stack()).execute(`begin;
    insert into purchases (purchase_id, purchased_at) values ($1, $5);
    insert into purchase_lines (purchase_id, product_id, purchased_at, quantity, unit_cost)
      select purchase_id, $2, purchased_at, $3, $4 from purchases where purchase_id = $1;
    select move_stock(product_id, 'purchase', quantity, p_purchase_line => purchase_line_id)
      from purchase_lines where purchase_id = $1;
    commit`, [purchaseId, productId, quantity, cost, at]);
  return purchaseId;
}

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
