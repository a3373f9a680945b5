// One request for each operation that is answered with success, for the tests that go through all of
// them: what a caller may do, and every documented answer. A new operation needs a line here.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { sendForm } from './image-bucket.mjs';
import { png } from './images.mjs';
import { createNotification, createProduct, newKey, post, productAddress, unique, userIdOf } from './records.mjs';
import { request } from './stack.mjs';

const plain = (target) => async () => ({ target });
const onProduct = (request, suffix = '') => async () =>
  ({ target: `${productAddress(await createProduct())}${suffix}`, ...request() });
const onNotification = (suffix = '') => async () =>
  ({ target: `/notifications/${(await createNotification()).notificationId}${suffix}` });

const newProduct = () => ({ json: { name: unique('Good'), price: 1 } });
const change = () => ({ json: { price: 2 } });
const picture = () => ({ form: { image: { bytes: png() } } });

/** Begins an upload of the picture, and gives the form. */
async function beginUpload(product, bytes) {
  const answer = await request('POST', `${productAddress(product)}/image-upload`,
    { user: 'staff', json: { contentType: 'image/png', contentLength: bytes.length } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
async function confirmation({ arrived = true } = {}) {
  const product = await createProduct();
  const form = await beginUpload(product, png());
  if (arrived) assert.equal((await sendForm(form, png())).status, 201);
  return { target: `${productAddress(product)}/image-upload/${form.uploadId}/confirm` };
}

const once = (json) => ({ json, headers: newKey() });
const stocked = () => createProduct({ stockQuantity: 100, minimumStock: 0 });
const onStock = (suffix, json) => async () =>
  ({ target: `${productAddress(await stocked())}${suffix}`, ...once(json) });
const newDocument = (target, line) => async () =>
  ({ target, ...once({ lines: [{ productId: (await stocked()).productId, quantity: 1, ...line }] }) });
const onDocument = (target, line) => async () => {
  const { target: address, ...good } = await newDocument(target, line)();
  return { target: (await post(address, good.json)).headers.location };
};
const newExpense = () => ({ category: 'Good', amount: 1 });
const onExpense = (json) => async () => {
  const { headers: { location, etag } } = await post('/expenses', newExpense());
  return { target: location, json, headers: { 'if-match': etag } };
};

const newUser = () => ({ email: `good.${randomUUID()}@example.com`, name: unique('Good'), role: 'viewer' });
const onUser = async (json) => {
  const { headers: { location, etag } } = await request('POST', '/users', { user: 'admin', json: newUser() });
  return { target: location, json, headers: { 'if-match': etag } };
};

/** Moves a product's stock by hand, and gives the address at which that is undone. */
async function undoing() {
  const product = await stocked();
  const { json: { movementId } } = await post(`${productAddress(product)}/movements`, { quantity: -1, reason: 'loss' });
  return `/movements/${movementId}/reverse`;
}

const REQUESTS = {
  'GET /dashboard': plain('/dashboard'),
  'GET /products': plain('/products?limit=5'),
  'POST /products': async () => ({ target: '/products', ...newProduct() }),
  'GET /products/{productId}': onProduct(() => ({})),
  'PATCH /products/{productId}': onProduct(change),
  'PUT /products/{productId}': onProduct(change),
  'DELETE /products/{productId}': onProduct(() => ({})),
  'POST /products/{productId}/image': onProduct(picture, '/image'),
  'POST /products/{productId}/image-upload': onProduct(() => ({ json: { contentType: 'image/png', contentLength: 100 } }), '/image-upload'),
  'POST /products/{productId}/image-upload/{uploadId}/confirm': confirmation,
  'GET /products/{productId}/movements': onProduct(() => ({}), '/movements'),
  'POST /products/{productId}/movements': onStock('/movements', { quantity: -1, reason: 'loss' }),
  'POST /products/{productId}/count': onStock('/count', { countedQuantity: 99, expectedQuantity: 100 }),
  'POST /movements/{movementId}/reverse': async () => ({ target: await undoing(), ...once({}) }),
  'GET /sales': plain('/sales?limit=5'),
  'POST /sales': newDocument('/sales'),
  'GET /sales/{saleId}': onDocument('/sales'),
  'GET /purchases': plain('/purchases?limit=5'),
  'POST /purchases': newDocument('/purchases', { unitCost: 1 }),
  'GET /purchases/{purchaseId}': onDocument('/purchases', { unitCost: 1 }),
  'GET /users': plain('/users'),
  'POST /users': async () => ({ target: '/users', json: newUser() }),
  'GET /users/{userId}': async () => ({ target: (await onUser()).target }),
  'PATCH /users/{userId}': () => onUser({ role: 'staff' }),
  'GET /users/me': plain('/users/me'),
  'PATCH /users/me': async () => ({ target: '/users/me', json: { digestHour: 7 } }),
  'GET /expenses': plain('/expenses?limit=5'),
  'POST /expenses': async () => ({ target: '/expenses', ...once(newExpense()) }),
  'GET /expenses/entries': plain('/expenses/entries?limit=5'),
  'GET /expenses/{expenseId}': async () => ({ target: (await onExpense()()).target }),
  'PATCH /expenses/{expenseId}': onExpense({ amount: 2 }),
  'DELETE /expenses/{expenseId}': onExpense(),
  'GET /expenses/summary': plain('/expenses/summary'),
  'GET /reports/sales': plain('/reports/sales?by=week'),
  'GET /reports/purchases': plain('/reports/purchases?by=month'),
  'GET /reports/expenses': plain('/reports/expenses'),
  'GET /reports/stock-value': plain('/reports/stock-value'),
  'POST /imports/products': async () => ({
    target: '/imports/products', body: `name,price\r\n${unique('Good')},1\r\n`, headers: { 'content-type': 'text/csv' },
  }),
  'GET /notifications': plain('/notifications?limit=5'),
  'POST /notifications': async () => ({
    target: '/notifications', json: { type: 'system', title: unique('Good'), message: 'x' },
  }),
  'GET /notifications/unread-count': plain('/notifications/unread-count'),
  'POST /notifications/mark-all-read': plain('/notifications/mark-all-read'),
  'PUT /notifications/mark-all-read': plain('/notifications/mark-all-read'),
  'DELETE /notifications/read': plain('/notifications/read'),
  'POST /notifications/check-low-stock': plain('/notifications/check-low-stock'),
  'PATCH /notifications/{notificationId}/read': onNotification('/read'),
  'PUT /notifications/{notificationId}/read': onNotification('/read'),
  'DELETE /notifications/{notificationId}': onNotification(),
  'GET /settings': plain('/settings'),
  'GET /audit': plain('/audit?limit=5'),
  'GET /healthz': plain('/healthz'),
  'GET /readyz': plain('/readyz'),
  'GET /metrics': plain('/metrics'),
  'GET /openapi.json': plain('/openapi.json'),
  'GET /docs': plain('/docs'),
};

const takenSku = async (good) => {
  const { sku } = await createProduct({ sku: unique('taken') });
  return { ...good, json: { ...good.json, sku } };
};
const changed = (fields) => async (good) => ({ ...good, json: { ...good.json, ...fields } });

/** What turns the good request of an operation into one that is answered with 409. */
const CONFLICTS = {
  'POST /products': takenSku,
  'PATCH /products/{productId}': takenSku,
  'PUT /products/{productId}': takenSku,
  'POST /products/{productId}/image-upload/{uploadId}/confirm': async (good) => ({ ...good, ...await confirmation({ arrived: false }) }),
  'POST /products/{productId}/movements': changed({ quantity: -101 }),
  'POST /products/{productId}/count': changed({ expectedQuantity: 101 }),
  'POST /movements/{movementId}/reverse': async (good) => {
    await post(good.target, {});
    return good;
  },
  'POST /users': async (good) => {
    await request('POST', '/users', { user: 'admin', json: good.json });
    return good;
  },
  'PATCH /users/{userId}': async () =>
    ({ target: `/users/${await userIdOf('admin')}`, json: { disabled: true }, headers: { 'if-match': '*' }, user: 'admin' }),
  'POST /sales': async (good) => ({ ...good, json: { lines: [{ ...good.json.lines[0], quantity: 101 }] } }),
};

/** The request that goodRequest() gave, changed so that something stands against it. */
export async function conflictingRequest(method, template, good) {
  const change = CONFLICTS[`${method} ${template}`];
  if (!change) throw new Error(`no conflict is known for ${method} ${template}: add it to good-requests.mjs`);
  return change(good);
}

/** { target, json | form, headers } that the operation carries out for whoever may ask. */
export async function goodRequest(method, template) {
  const make = REQUESTS[`${method} ${template}`];
  if (!make) throw new Error(`no good request is known for ${method} ${template}: add it to good-requests.mjs`);
  return make();
}

/** An address of the template with ids of nothing. */
export const emptyAddress = (template) => template.replace(/\{\w+\}/g, () => randomUUID());
