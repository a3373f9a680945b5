// Every documented status of every operation, provoked: the walk through the description that the drift
// check of the recorded traffic needs to see (openapi-drift.mjs --coverage).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conflictingRequest, emptyAddress, goodRequest } from './good-requests.mjs';
import { png } from './images.mjs';
import { assertProblem } from './shapes.mjs';
import { rawRequest, request } from './stack.mjs';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const LEVELS = ['public', 'viewer', 'staff', 'admin'];
const TOO_MUCH_JSON = 65 * 1024;
const TOO_MUCH_IMAGE = 5 * 1024 * 1024 + 1;

const description = (await request('GET', '/openapi.json')).json;
const resolve = (value) => (value.$ref
  ? value.$ref.slice(2).split('/').reduce((owner, step) => owner[step], description)
  : value);
const bodyTypes = ({ requestBody }) => Object.keys(requestBody?.content ?? {});
/** A body in the first type that the operation takes. */
const body = (operation, fields) =>
  (bodyTypes(operation)[0] === 'application/json' ? { json: fields } : { form: fields });

/** How to come by each status: gives { target, … } for request(). `good` is a request that succeeds. */
const PROVOKE = {
  200: async (_, good) => good,
  201: async (_, good) => good,
  304: async (operation, good) => {
    const { headers } = await request(operation.method, good.target, good);
    return { ...good, headers: { 'if-none-match': headers.etag } };
  },
  400: async (_, good) => ({ ...good, target: `${good.target.split('?')[0]}?no-such-key=1` }),
  401: async (_, good) => ({ ...good, user: undefined }),
  // Who has no role at all, for what viewers may do, is in permissions.test.mjs.
  403: async (operation, good) => (operation.permission === 'viewer'
    ? undefined : { ...good, user: LEVELS[LEVELS.indexOf(operation.permission) - 1] }),
  404: async (operation, good) => ({ ...good, target: emptyAddress(operation.template) }),
  406: async (_, good) => ({ ...good, headers: { ...good.headers, accept: 'application/xml' } }),
  409: (operation, good) => conflictingRequest(operation.method, operation.template, good),
  412: async (_, good) => ({ ...good, headers: { 'if-match': '"999999.0"' } }),
  413: async (operation, good) => (bodyTypes(operation)[0] === 'application/json'
    ? { ...good, json: { name: 'x'.repeat(TOO_MUCH_JSON) } }
    : { ...good, form: { image: { bytes: png({ size: TOO_MUCH_IMAGE }) } } }),
  415: async (_, { target, user }) => ({ target, user, body: 'x', headers: { 'content-type': 'text/plain' } }),
  422: async (operation, { target, user, headers }) =>
    ({ target, user, headers, ...body(operation, { colour: 'red' }) }),
  428: async (_, good) => ({ ...good, headers: {} }),
};

const TYPES = { 401: 'not-signed-in' };
/** Provoked in every_unavailable.test.mjs and health.test.mjs, which need a stack that is broken. */
const ELSEWHERE = 503;

for (const [template, item] of Object.entries(description.paths)) {
  for (const method of METHODS.filter((name) => item[name])) {
    const operation = { ...item[method], template, method: method.toUpperCase() };
    operation.permission = operation['x-permission'];
    const name = `${operation.method} ${template}`;
    const statuses = Object.entries(operation.responses)
      .filter(([, response]) => (resolve(response)['x-observed'] ?? 'each') === 'each')
      .map(([status]) => Number(status))
      .filter((status) => status !== ELSEWHERE);

    describe(name, () => {
      for (const status of statuses) {
        test(`answers ${status}`, async () => {
          assert.ok(PROVOKE[status], 'nobody knows yet how to provoke this status');
          const user = operation.permission === 'public' ? undefined : operation.permission;
          const good = { user, ...await goodRequest(operation.method, template) };
          const provoking = await PROVOKE[status](operation, good);
          if (!provoking) return;
          const answer = await request(operation.method, provoking.target, provoking);
          assert.equal(answer.status, status, answer.text);
          if (status >= 400) assertProblem(answer, status, { type: TYPES[status] });
        });
      }
    });
  }
}

describe('Any request', () => {
  test('AC-38 answers 405 where the address has other methods', async () => {
    assertProblem(await request('DELETE', '/products', { user: 'admin' }), 405);
  });

  test('AC-35 answers 414 to an address over 8 KB', async () => {
    const target = `/products?search=${'x'.repeat(9000)}`;
    const answer = await rawRequest(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    assertProblem(answer, 414);
  });

  test('AC-34 answers 501 to a transfer coding nobody knows', async () => {
    const answer = await rawRequest('POST /products HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n');
    assertProblem(answer, 501);
  });

  test('answers 400, 404 and 413 where there is no operation', async () => {
    const raw = (line, headers = '') => rawRequest(`${line} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
    assertProblem(await raw('GET /no%00where'), 400);
    assertProblem(await raw('GET /nowhere'), 404);
    assertProblem(await raw('POST /nowhere', 'Content-Length: 99999999\r\n'), 413);
  });

  test('answers 505 to another version of HTTP', async () => {
    const answer = await rawRequest('GET /products HTTP/3.7\r\nHost: localhost\r\n\r\n');
    assertProblem(answer, 505, { type: 'not-implemented' });
  });
});
