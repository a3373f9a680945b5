// Records that a test makes for itself through the API, and what the API says of them afterwards.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** A code that no other product has. */
export const newSku = () => `T-${randomUUID().slice(0, 8).toUpperCase()}`;

async function answered(stack, method, target, options, status) {
  const answer = await stack.request(method, target, options);
  assert.equal(answer.status, status, answer.text);
  return answer.json;
}

/** A product that only this test sells or buys. */
export function makeProduct(stack, fields = {}) {
  const sku = newSku();
  return answered(stack, 'POST', '/products', { user: 'admin', json: { name: `Test product ${sku}`, sku, price: 12.5, stockQuantity: 10, minimumStock: 0, ...fields } }, 201);
}

const booked = (stack, target, json) => answered(stack, 'POST', target, { user: 'staff', json, headers: { 'idempotency-key': randomUUID() } }, 201);
export const bookSale = (stack, lines, note) => booked(stack, '/sales', { lines, note });
export const bookPurchase = (stack, purchase) => booked(stack, '/purchases', purchase);
export const bookExpense = (stack, expense) => booked(stack, '/expenses', expense);

const read = (stack, target) => answered(stack, 'GET', target, { user: 'staff' }, 200);
export const stockOf = async (stack, { productId }) => (await read(stack, `/products/${productId}`)).stockQuantity;
export const salesOf = (stack, { productId }) => read(stack, `/sales?productId=${productId}`);
export const purchasesOf = (stack, { productId }) => read(stack, `/purchases?productId=${productId}`);
export const expensesOf = (stack, category) => read(stack, `/expenses/entries?category=${encodeURIComponent(category)}`);
