// What is asked for at each endpoint, as plans for bench/load/plan.h.

export const SEARCH_LIMIT = 50;

const kind = (name, weight, status, requests) => (
  [`kind ${name} ${weight} ${status}`, ...requests.map((request) => `request ${request}`)]);

const productBody = '{"name":"Bench @unique@","price":@digits@.25,"stockQuantity":7,"sku":"B-@unique@","category":"Bench"}';

/** What is sold: products that the shop makes for it, with stock without end. */
export const SHELF = 1000;
export const SHELF_ID = 'bbbbbbbb-0000-4000-8000-';
const shelfId = (number) => `${SHELF_ID}${String(number).padStart(12, '0')}`;
const sale = (number) => `POST /sales {"lines":[{"productId":"${shelfId(number)}","quantity":1}]}`;

const dashboard = ['GET /dashboard'];
const product = (shop) => shop.productIds.map((id) => `GET /products/${id}`);
const search = (shop) => shop.terms.map((term) => `GET /products?search=${encodeURIComponent(term)}&limit=${SEARCH_LIMIT}`);
const update = (shop) => shop.productIds.map((id) => `PATCH /products/${id} {"price":@digits@.50}`);

// `of` makes the plan; `writes`: the shop has to be tidied up afterwards; `sells`: it needs a shelf; `token`: see bench/load/main.c.
export const ENDPOINTS = {
  dashboard: {
    label: 'GET /dashboard', of: () => kind('dashboard', 1, 200, dashboard),
  },
  product: {
    label: 'GET /products/{productId}', of: (shop) => kind('product', 1, 200, product(shop)),
  },
  search: {
    label: `GET /products?search=…&limit=${SEARCH_LIMIT}`, of: (shop) => kind('search', 1, 200, search(shop)),
  },
  create: {
    label: 'POST /products', writes: true, of: () => kind('create', 1, 201, [`POST /products ${productBody}`]),
  },
  update: {
    label: 'PATCH /products/{productId}', writes: true, of: (shop) => kind('update', 1, 200, update(shop)),
  },
  'sell-many': {
    label: 'POST /sales, many products',
    writes: true,
    sells: true,
    oursOnly: true,
    of: () => kind('sell-many', 1, 201, Array.from({ length: SHELF }, (_, index) => sale(index + 1))),
  },
  'sell-hot': {
    label: 'POST /sales, one hot product', writes: true, sells: true, oursOnly: true, of: () => kind('sell-hot', 1, 201, [sale(1)]),
  },
  'bad-token': {
    label: 'GET /dashboard, bad token', tokens: 'bad', of: () => kind('bad-token', 1, 401, dashboard),
  },
  'one-token': {
    label: 'GET /dashboard, one token for all clients',
    tokens: 'own',
    token: 'one',
    of: () => kind('one-token', 1, 200, dashboard),
  },
  'many-tokens': {
    label: 'GET /dashboard, another token for each request',
    tokens: 'many',
    token: 'drawn',
    of: () => kind('many-tokens', 1, 200, dashboard),
  },
  list: {
    label: `GET /products?limit=${SEARCH_LIMIT}, pages by keyset`,
    oursOnly: true,
    of: (shop) => kind('list', 1, 200, shop.pages.map((page) => `GET ${page}`)),
  },
};

// 94 parts of reads, 5 of writes, 1 of requests that take a tenth of a second.
export const MIXED = {
  reads: (shop) => [...kind('dashboard', 30, 200, dashboard), ...kind('product', 40, 200, product(shop)),
    ...kind('search', 24, 200, search(shop))],
  all: (shop, slowIds) => [...MIXED.reads(shop), ...kind('update', 5, 200, update(shop)),
    ...kind('slow', 1, 200, slowIds.map((id) => `PATCH /products/${id} {"price":@digits@.75}`))],
  isRead: (name) => name !== 'update' && name !== 'slow',
};

// Some of everything, so that what compiles while it runs has done so before it is measured.
export const warmUpPlan = (shop) => [...kind('dashboard', 3, 200, dashboard), ...kind('product', 3, 200, product(shop)),
  ...kind('search', 3, 200, search(shop)), ...ENDPOINTS.create.of(shop), ...kind('update', 1, 200, update(shop))];

// The addresses of up to `most` pages of the list, each taken from the Link header of the one before.
export async function walkPages(system, token, most) {
  const pages = [`/products?limit=${SEARCH_LIMIT}`];
  while (pages.length < most) {
    const { headers } = await system.ask(pages.at(-1), { token });
    const [, next] = /<([^>]+)>; rel="next"/.exec(headers.link ?? '') ?? [];
    if (!next) break;
    pages.push(next);
  }
  return pages;
}
