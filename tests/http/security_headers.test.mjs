// The headers that tell a browser what not to do, and the request id: on every kind of answer, whoever
// made it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createProduct, productAddress, unique } from './records.mjs';
import { request, stack as openStack, startPrivateStack, until } from './stack.mjs';

const MEGABYTE = 1024 * 1024;
const EVERYWHERE = {
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};
const NOTHING_ALLOWED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let stack;
let narrow; // a stack that answers one request a second
let image;

before(async () => {
  stack = await openStack();
  narrow = await startPrivateStack({
    environment: { STOCKPILOT_WORKERS: '1', STOCKPILOT_RATE: '1', STOCKPILOT_BURST: '1' },
  });
  // One of the demo's; where images are in a bucket, nginx has these all the same.
  image = `/images/products/${fs.readdirSync(path.join(stack.imageDirectory, 'products'))[0]}`;
});

after(() => narrow?.stop());

const get = (target, options) => request('GET', target, { user: 'viewer', ...options });
const raw = (line, headers = '') => stack.rawRequest(`${line}\r\nHost: localhost\r\n${headers}\r\n`);
const unchanged = async (target) => get(target, { headers: { 'if-none-match': (await get(target)).headers.etag } });
const tooMany = () => until(async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => narrow.request('GET', '/healthz')));
  return answers.find(({ status }) => status === 429);
}, { what: 'a refusal' });

// [status, what, how to come by it]
const ANSWERS = [
  [200, 'a list', () => get('/users')],
  [200, 'HEAD', () => request('HEAD', '/users', { user: 'viewer' })],
  [200, 'without a token', () => request('GET', '/healthz')],
  [200, 'on the API port', async () => request('GET', '/healthz', { origin: stack.apiUrl })],
  [200, 'an image', () => request('GET', image)],
  [201, 'a new record', () => request('POST', '/products', { user: 'staff', json: { name: unique('New'), price: 1 } })],
  [204, 'OPTIONS', () => request('OPTIONS', '/products')],
  [304, 'a list that is unchanged', () => unchanged('/users')],
  [304, 'an image that is unchanged', () => unchanged(image)],
  [400, 'by the application', () => get('/users?x=1')],
  [400, 'by nginx', () => raw('GET /users%00 HTTP/1.1')],
  [400, 'by nginx, before it knew the address', () => raw('GET /us ers HTTP/1.1')],
  [401, 'no token', () => request('GET', '/users')],
  [403, 'not allowed to', () => request('POST', '/products', { user: 'viewer', json: { name: 'x', price: 1 } })],
  [404, 'by the application', () => get('/nowhere')],
  [404, 'by nginx', () => request('GET', '/images/nothing')],
  [404, 'by nginx, an image', () => request('GET', '/images/products/nothing.png')],
  [405, 'by the application', () => request('DELETE', '/users', { user: 'admin' })],
  [405, 'by nginx', () => request('DELETE', image, { user: 'admin' })],
  [405, 'by nginx, TRACE', () => raw('TRACE /users HTTP/1.1')],
  [406, 'not to be had so', () => get('/users', { headers: { accept: 'application/xml' } })],
  [412, 'a stale edit', async () => request('PATCH', productAddress(await createProduct()), {
    user: 'staff', json: { price: 2 }, headers: { 'if-match': '"0.0"' },
  })],
  [412, 'by nginx, an image', () => request('GET', image, { headers: { 'if-match': '"x"' } })],
  [413, 'by the application', () => request('POST', '/products', { user: 'staff', json: { name: 'x'.repeat(65 * 1024) } })],
  [413, 'by nginx', () => raw('POST /products HTTP/1.1', `Content-Length: ${7 * MEGABYTE}\r\n`)],
  [414, 'a long address', () => raw(`GET /users?${'x'.repeat(9000)} HTTP/1.1`)],
  [415, 'another type', () => request('POST', '/products', { user: 'staff', body: 'x', headers: { 'content-type': 'text/plain' } })],
  [422, 'a wrong field', () => request('POST', '/products', { user: 'staff', json: { name: 1 } })],
  [429, 'too many', tooMany],
  [501, 'a transfer coding nobody knows', () => raw('POST /products HTTP/1.1', 'Transfer-Encoding: gzip\r\n')],
  [505, 'a version nobody speaks', () => raw('GET /users HTTP/3.0')],
];

/** What of the headers is wrong. A field that came twice is a list, and so no longer what it has to be. */
function assertProtected({ status, headers }, what) {
  const seen = Object.fromEntries(Object.keys(EVERYWHERE).map((name) => [name, headers[name]]));
  assert.deepEqual(seen, EVERYWHERE, what);
  assert.match(headers['x-request-id'] ?? '', /^[0-9a-f]{32}$/, what);
  assert.equal(headers.server, 'nginx', `${what}: the version is nobody's business`);
  assert.equal(headers['x-powered-by'], undefined, what);
  if (status >= 400) assert.equal(headers['cache-control'], 'no-store', what);
}

for (const [status, what, ask] of ANSWERS) {
  test(`${status}, ${what}: all security headers, the request id, no version`, async () => {
    const answer = await ask();
    assert.equal(answer.status, status, answer.text);
    assertProtected(answer, what);
    assert.equal(answer.headers['content-security-policy'], NOTHING_ALLOWED);
  });
}

for (const [status, ask] of [[200, get], [304, unchanged]]) {
  test(`${status}, the manual's page: the same, and a policy of its own that lets only its own scripts run`, async () => {
    const answer = await ask('/docs');
    assert.equal(answer.status, status);
    assertProtected(answer, 'the page');
    const policy = answer.headers['content-security-policy'];
    for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) {
      assert.ok(policy.split(/; */).includes(part), `${part} in ${policy}`);
    }
    const scripts = policy.split(/; */).find((part) => part.startsWith('script-src ')) ?? '';
    assert.doesNotMatch(scripts, /unsafe|\*|https?:|data:/);
  });
}
