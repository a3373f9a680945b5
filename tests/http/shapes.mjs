// What the objects of the HTTP contract look like, written down again and apart from docs/openapi.yaml,
// so that the two have to agree. A shape is a function that throws unless a value fits.

import assert from 'node:assert/strict';
import { assertProblem as assertProblemDocument } from './problem-assertions.mjs';

const matching = (pattern, what) => (value, at) => {
  assert.equal(typeof value, 'string', `${at} is ${what}, not ${JSON.stringify(value)}`);
  assert.match(value, pattern, `${at} is ${what}`);
};

export const text = (value, at) => assert.equal(typeof value, 'string', `${at} is a string`);
export const boolean = (value, at) => assert.equal(typeof value, 'boolean', `${at} is true or false`);
export const number = (value, at) => assert.ok(Number.isFinite(value), `${at} is a number, not ${typeof value}`);
export const integer = (value, at) => assert.ok(Number.isSafeInteger(value), `${at} is an integer, not ${value}`);
export const uuid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID');
export const timestamp = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'UTC with milliseconds');
export const day = matching(/^\d{4}-\d\d-\d\dT00:00:00\.000Z$/, 'the midnight of a day');
export const moneyText = matching(/^\d+(\.\d{1,2})?$/, 'an amount in a string');

export const nullable = (shape) => (value, at) => {
  if (value !== null) shape(value, at);
};
export const list = (shape) => (value, at = 'the list') => {
  assert.ok(Array.isArray(value), `${at} is a bare array`);
  value.forEach((item, index) => shape(item, `${at}[${index}]`));
};
/** An object with exactly these members: null stands for what is absent, nothing is left out. */
export const object = (members) => (value, at = 'the object') => {
  assert.ok(value !== null && typeof value === 'object' && !Array.isArray(value), `${at} is an object`);
  assert.deepEqual(Object.keys(value).sort(), Object.keys(members).sort(), `the members of ${at}`);
  for (const [name, shape] of Object.entries(members)) shape(value[name], `${at}.${name}`);
};

const productMembers = {
  productId: uuid,
  name: text,
  price: number,
  rating: nullable(number),
  stockQuantity: integer,
  imageUrl: nullable(text),
  description: nullable(text),
  sku: nullable(text),
  category: nullable(text),
  minimumStock: integer,
  version: integer,
  updatedAt: timestamp,
  unitsSold: integer,
};
export const product = object(productMembers);
export const sale = object({
  saleId: uuid, productId: uuid, timestamp, quantity: integer, unitPrice: number, totalAmount: number,
});
export const purchase = object({
  purchaseId: uuid, productId: uuid, timestamp, quantity: integer, unitCost: number, totalCost: number,
});
export const productWithHistory = object({
  ...productMembers, Sales: list(sale), Purchases: list(purchase),
});
export const expenseByCategory = object({
  expenseByCategoryId: uuid, expenseSummaryId: uuid, category: text, amount: moneyText, date: day,
  updatedAt: timestamp,
});
export const dashboard = object({
  popularProducts: list(product),
  salesSummary: list(object({
    salesSummaryId: uuid, totalValue: number, changePercentage: nullable(number), date: day,
    updatedAt: timestamp,
  })),
  purchaseSummary: list(object({
    purchaseSummaryId: uuid, totalPurchased: number, changePercentage: nullable(number), date: day,
    updatedAt: timestamp,
  })),
  expenseSummary: list(object({
    expenseSummaryId: uuid, totalExpenses: number, date: day, updatedAt: timestamp,
  })),
  expenseByCategorySummary: list(expenseByCategory),
});
export const user = object({ userId: uuid, name: text, email: nullable(text) });
const role = matching(/^(none|viewer|staff|admin)$/, 'a role');
/** As administrators see one. */
export const managedUser = object({
  userId: uuid, name: text, email: nullable(text), role, roleInForce: role, disabled: boolean, invited: boolean,
  lastSeenAt: nullable(timestamp), version: integer,
});
export const account = object({
  userId: uuid,
  name: text,
  email: nullable(text),
  role,
  alertDelivery: matching(/^(immediate|digest|off)$/, 'a way of delivery'),
  digestHour: integer,
});
export const notification = object({
  notificationId: uuid,
  userId: nullable(uuid),
  type: matching(/^(stock_alert|user_activity|system|order_notification)$/, 'a type of notification'),
  title: text,
  message: text,
  isRead: boolean,
  createdAt: timestamp,
  user: nullable(object({ name: text, email: nullable(text) })),
});
const actor = { userId: nullable(uuid), user: nullable(object({ name: text, email: nullable(text) })) };
export const movement = object({
  movementId: uuid,
  productId: uuid,
  timestamp,
  type: matching(/^(opening|sale|purchase|adjustment|count|reversal)$/, 'a type of movement'),
  quantity: integer,
  quantityAfter: integer,
  reason: nullable(text),
  note: nullable(text),
  saleId: nullable(uuid),
  purchaseId: nullable(uuid),
  reversalOf: nullable(uuid),
  reversedBy: nullable(uuid),
  ...actor,
});
const line = { productId: uuid, productName: text, quantity: integer, movementId: uuid, reversedBy: nullable(uuid) };
export const saleDocument = object({
  saleId: uuid,
  timestamp,
  note: nullable(text),
  totalAmount: number,
  ...actor,
  lines: list(object({ saleLineId: uuid, unitPrice: number, totalAmount: number, ...line })),
});
export const purchaseDocument = object({
  purchaseId: uuid,
  timestamp,
  supplier: nullable(text),
  note: nullable(text),
  totalCost: number,
  ...actor,
  lines: list(object({ purchaseLineId: uuid, unitCost: number, totalCost: number, ...line })),
});
export const expense = object({
  expenseId: uuid, category: text, amount: number, date: day, note: nullable(text), version: integer,
  createdAt: timestamp, updatedAt: timestamp, ...actor,
});
export const importReport = object({
  dryRun: boolean, rows: integer, created: integer, updated: integer, unchanged: integer,
  errors: list(object({ pointer: text, code: text, detail: text })), errorsNotShown: integer,
  ignoredColumns: list(text),
});
export const message = object({ message: text });

/** The slug of a problem's type, for each status that has only one. */
const SLUGS = {
  400: 'malformed-request', 403: 'forbidden', 404: 'not-found', 405: 'method-not-allowed',
  406: 'not-acceptable', 409: 'conflict', 412: 'stale', 413: 'payload-too-large', 414: 'uri-too-long',
  415: 'unsupported-media-type', 422: 'invalid', 428: 'precondition-required', 429: 'too-many-requests', 501: 'not-implemented',
  503: 'service-unavailable',
};

/**
 * Asserts that the answer is the problem that belongs to the status, and gives it. `fields`
 * are the expected errors as { pointer: code }, in any order, and no others.
 */
export function assertProblem(answer, status, { type = SLUGS[status], fields } = {}) {
  const problem = assertProblemDocument(answer, status);
  assert.equal(problem.type, `/problems/${type}`);
  assert.equal(problem.message, problem.detail, 'message is what former clients show');
  if (fields) {
    const found = Object.fromEntries((problem.errors ?? []).map(({ pointer, code }) => [pointer, code]));
    assert.deepEqual(found, fields);
    for (const { detail } of problem.errors) assert.match(detail, /\S/);
  }
  return problem;
}
