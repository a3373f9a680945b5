// Before anything is measured: does each peer do the same work? Its answers must equal ours, and what it writes into the
// database must be the same rows.
import { isDeepStrictEqual } from 'node:util';

import { SEARCH_LIMIT } from './requests.mjs';

const NOBODY = '00000000-0000-4000-8000-000000000000';

const reads = (shop) => [
  '/dashboard',
  `/products?limit=${SEARCH_LIMIT}`,
  ...shop.terms.slice(0, 8).map((term) => `/products?search=${encodeURIComponent(term)}&limit=${SEARCH_LIMIT}`),
  ...shop.productIds.slice(0, 8).map((id) => `/products/${id}`),
];

// Of these the status has to be the same; each error is worded by the peer itself.
const refusals = (shop, tokens) => [
  ['/dashboard', { token: tokens.firstBad }],
  ['/dashboard', {}],
  [`/products/${NOBODY}`, { token: tokens.first }],
  ['/products?limit=0', { token: tokens.first }],
  ['/products', { token: tokens.first, method: 'POST', body: '{"name":"","price":-1}' }],
  ['/products', { token: tokens.first, method: 'POST', body: '{"name":"Bench x","price":1,"cost":1}' }],
  [`/products/${shop.productIds[0]}`, { token: tokens.first, method: 'PATCH', body: '{"price":1.234}' }],
];

// Where two values differ first, or null.
function difference(ours, theirs, path = '') {
  if (isDeepStrictEqual(ours, theirs)) return null;
  const object = (value) => typeof value === 'object' && value !== null;
  if (!object(ours) || !object(theirs)) return `${path || 'the answer'}: ${JSON.stringify(theirs)} instead of ${JSON.stringify(ours)}`;
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const found = difference(ours[key], theirs[key], `${path}/${key}`);
    if (found) return found;
  }
  return `${path}: another order`;
}

// What cannot be the same for two products.
const comparable = ({ productId, updatedAt, sku, ...rest }) => ({ ...rest, has: [typeof productId, typeof updatedAt, typeof sku] });

function rowsOf(shop, productId) {
  return JSON.parse(shop.stack.sql(`select json_build_object(
    'audit', (select json_agg(json_build_array(table_name, action, actor_id, request_id <> '') order by audit_id)
              from audit_log where row_id = '${productId}'),
    'stock', (select json_agg(json_build_array(type, quantity, actor_id, request_id <> '') order by sequence)
              from stock_movements where product_id = '${productId}'))`));
}

async function writeOnce(system, shop, token) {
  const body = JSON.stringify({ name: 'Bench comparison', price: 12.5, stockQuantity: 7, rating: 4.25, sku: `B-${system.name}`, category: 'Bench' });
  const created = await system.ask('/products', { token, method: 'POST', body });
  if (created.status !== 201) throw new Error(`${system.name} answers POST /products with ${created.status}: ${created.body}`);
  const product = JSON.parse(created.body);
  const patched = await system.ask(`/products/${product.productId}`, { token, method: 'PATCH', body: '{"price":99.95}' });
  if (patched.status !== 200) throw new Error(`${system.name} answers PATCH with ${patched.status}: ${patched.body}`);
  return {
    created: comparable(product),
    location: created.headers.location === `/products/${product.productId}`,
    patched: comparable(JSON.parse(patched.body)),
    rows: rowsOf(shop, product.productId),
  };
}

async function answersOf(system, shop, tokens) {
  const answers = new Map();
  for (const path of reads(shop)) {
    const { status, body, headers } = await system.ask(path, { token: tokens.first });
    answers.set(`GET ${path}`, { status, body: JSON.parse(body), tagged: 'etag' in headers, next: 'link' in headers });
  }
  for (const [path, options] of refusals(shop, tokens)) {
    const { status, headers } = await system.ask(path, options);
    answers.set(`${options.method ?? 'GET'} ${path} ${options.body ?? ''}`, { status, type: headers['content-type'].split(';')[0] });
  }
  answers.set('POST and PATCH', await writeOnce(system, shop, tokens.first));
  shop.tidy();
  return answers;
}

// Throws when a peer does something else than ours does.
export async function compare(ours, peers, shop, tokens) {
  const expected = await answersOf(ours, shop, tokens);
  const faults = [];
  for (const peer of peers) {
    const found = await answersOf(peer, shop, tokens);
    for (const [request, answer] of expected) {
      const fault = difference(answer, found.get(request));
      if (fault) faults.push(`${peer.name}, ${request}: ${fault}`);
    }
  }
  if (faults.length > 0) throw new Error(`these answers are not the same as ours:\n  ${faults.join('\n  ')}`);
  return expected.size;
}
