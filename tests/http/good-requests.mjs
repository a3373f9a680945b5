// One request for each operation that is answered with success, for the tests that go through all of
// them: what a caller may do, and every documented answer. A new operation needs a line here.

import { randomUUID } from 'node:crypto';
import { png } from './images.mjs';
import { createNotification, createProduct, productAddress, unique } from './records.mjs';

const plain = (target) => async () => ({ target });
const onProduct = (request, suffix = '') => async () =>
  ({ target: `${productAddress(await createProduct())}${suffix}`, ...request() });
const onNotification = (suffix = '') => async () =>
  ({ target: `/notifications/${(await createNotification()).notificationId}${suffix}` });

const newProduct = () => ({ json: { name: unique('Good'), price: 1 } });
const change = () => ({ json: { price: 2 } });
const picture = () => ({ form: { image: { bytes: png() } } });

const REQUESTS = {
  'GET /dashboard': plain('/dashboard'),
  'GET /products': plain('/products?limit=5'),
  'POST /products': async () => ({ target: '/products', ...newProduct() }),
  'GET /products/{productId}': onProduct(() => ({})),
  'PATCH /products/{productId}': onProduct(change),
  'PUT /products/{productId}': onProduct(change),
  'DELETE /products/{productId}': onProduct(() => ({})),
  'POST /products/{productId}/image': onProduct(picture, '/image'),
  'GET /users': plain('/users'),
  'GET /expenses': plain('/expenses?limit=5'),
  'GET /expenses/summary': plain('/expenses/summary'),
  'GET /reports/sales': plain('/reports/sales?by=week'),
  'GET /reports/purchases': plain('/reports/purchases?by=month'),
  'GET /reports/expenses': plain('/reports/expenses'),
  'GET /reports/stock-value': plain('/reports/stock-value'),
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

/** { target, json | form } that the operation carries out for whoever may ask. */
export async function goodRequest(method, template) {
  const make = REQUESTS[`${method} ${template}`];
  if (!make) throw new Error(`no good request is known for ${method} ${template}: add it to good-requests.mjs`);
  return make();
}

/** An address of the template with ids of nothing. */
export const emptyAddress = (template) => template.replace(/\{\w+\}/g, () => randomUUID());
