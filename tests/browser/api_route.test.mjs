// /api of the dashboard's server: the session's way to the API, for its own pages alone.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { addressOf, openContext, shop, signIn } from './dashboard.mjs';

const OWN = { 'Sec-Fetch-Site': 'same-origin' };

describe('/api', () => {
  let stack;
  let origin;
  let context;
  let cookies; // by name

  before(async () => {
    stack = await shop();
    origin = addressOf(stack);
    context = await openContext();
    const page = await context.newPage();
    await page.goto(`${origin}/dashboard`);
    await signIn(page, 'staff');
    await page.waitForURL('**/dashboard');
    cookies = Object.fromEntries((await context.cookies()).filter(({ name }) => name.startsWith('__Host-')).map(({ name, value }) => [name, value]));
  });
  after(() => context?.close());

  /** A request with the session, or with these cookies of it. */
  const ask = (target, { only = Object.keys(cookies), headers = {}, ...options } = {}) => fetch(`${origin}/api${target}`, {
    redirect: 'manual', ...options, headers: { cookie: only.map((name) => `${name}=${cookies[name]}`).join('; '), ...headers },
  });
  const jsonOf = async (answer, status) => {
    const text = await answer.text();
    assert.equal(answer.status, status, text);
    return JSON.parse(text);
  };
  const newProduct = () => ({ method: 'POST', body: JSON.stringify({ name: `Route ${randomUUID()}`, price: 1 }), headers: { 'Content-Type': 'application/json', ...OWN } });

  test('answers as the API does, with what pages need of the headers, and nothing is kept', async () => {
    const answer = await ask('/products?limit=1');
    const direct = await stack.request('GET', '/products?limit=1', { user: 'staff' });
    assert.deepEqual(await jsonOf(answer, 200), direct.json);
    for (const name of ['etag', 'link']) assert.equal(answer.headers.get(name), direct.headers[name]);
    assert.match(answer.headers.get('x-request-id'), /^[0-9a-f]{32}$/);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('set-cookie'), null);
  });

  test('passes a refusal on as it is', async () => {
    const problem = await jsonOf(await ask('/audit'), 403);
    assert.equal(problem.type, '/problems/forbidden');
  });

  test('without a session is a 401 in the form of the API', async () => {
    const answer = await ask('/products', { only: [] });
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    assert.equal((await jsonOf(answer, 401)).type, '/problems/not-signed-in');
  });

  test('renews a token that has ended, and goes on with the new one', async () => {
    const answer = await ask('/users/me', { only: ['__Host-stockpilot-refresh'] });
    assert.equal((await jsonOf(answer, 200)).role, 'staff');
    const [renewed] = answer.headers.getSetCookie().filter((line) => line.startsWith('__Host-stockpilot-access='));
    assert.match(renewed, /HttpOnly/i);
    assert.match(renewed, /Secure/i);
  });

  for (const forged of ['', 'Fe26.2*1*forged', 'x'.repeat(4000)]) {
    test(`takes no session that it has not sealed: ${forged.slice(0, 20) || 'an empty one'}`, async () => {
      const headers = { cookie: `__Host-stockpilot-access=${forged}; __Host-stockpilot-refresh=${forged}` };
      assert.equal((await ask('/products', { headers })).status, 401);
    });
  }

  for (const site of ['cross-site', 'same-site', 'none']) {
    test(`changes nothing for a page that is ${site}`, async () => {
      const wanted = newProduct();
      wanted.headers['Sec-Fetch-Site'] = site;
      assert.equal((await ask('/products', wanted)).status, 403);
    });
  }

  test('without Sec-Fetch-Site goes by the origin', async () => {
    const from = (Origin) => {
      const { headers, ...wanted } = newProduct();
      return ask('/products', { ...wanted, headers: { 'Content-Type': headers['Content-Type'], Origin } });
    };
    assert.equal((await from('http://evil.example')).status, 403);
    assert.equal((await from(origin)).status, 201);
  });

  for (const target of ['/metrics', '/readyz', '/openapi.json', '/%2e%2e/metrics', '/products/..%2f..%2fmetrics', '//metrics']) {
    test(`does not lead to ${target}`, async () => {
      const answer = await ask(target);
      assert.ok([400, 404, 308].includes(answer.status), String(answer.status));
      assert.doesNotMatch(await answer.text(), /stockpilot_requests|"openapi"/);
    });
  }

  test('refuses what is larger than any request may be', async () => {
    const answer = await ask('/imports/products', { method: 'POST', body: 'x'.repeat(7 << 20), headers: { 'Content-Type': 'text/csv', ...OWN } });
    assert.equal(answer.status, 413);
  });

  describe('of a body that does not tell its length', () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    after(() => agent.destroy());

    /** A request that goes on until it is ended. */
    const begin = (target, type, { only = Object.keys(cookies) } = {}) => {
      const cookie = only.map((name) => `${name}=${cookies[name]}`).join('; ');
      const headers = { 'Content-Type': type, 'Transfer-Encoding': 'chunked', cookie, ...OWN };
      return http.request(`${origin}/api${target}`, { agent, method: 'POST', headers });
    };
    /** The status, of which nobody knows yet whether more than the headers follow. */
    const statusOf = async (request) => {
      const [answer] = await once(request, 'response', { signal: AbortSignal.timeout(10_000) });
      answer.resume();
      return answer.statusCode;
    };

    test('takes it', async () => {
      const request = begin('/products', 'application/json');
      request.write('{"name":');
      request.end(`"Route ${randomUUID()}","price":1}`);
      assert.equal(await statusOf(request), 201);
    });

    test('refuses it before its end without a session', async () => {
      const request = begin('/imports/products', 'text/csv', { only: [] });
      request.write('name,price\n');
      assert.equal(await statusOf(request), 401);
      request.destroy();
    });

    test('refuses it before its end when it becomes too large, and goes on answering on that connection', async () => {
      const request = begin('/imports/products', 'text/csv');
      request.write('x'.repeat(7 << 20));
      assert.equal(await statusOf(request), 413);
      request.end('x'.repeat(7 << 20));
      await once(request, 'close');
      const next = begin('/products', 'application/json', { only: [] });
      next.end('{}');
      assert.equal(await statusOf(next), 401);
      assert.ok(next.reusedSocket);
    });
  });
});
