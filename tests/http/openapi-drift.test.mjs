// The drift check finds what is planted, and nothing in traffic that is as documented.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Description } from './openapi-description.mjs';
import { undocumented, unseen } from './openapi-drift.mjs';
import { readTraffic } from './traffic.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const description = Description.fromFile(path.join(here, '../../docs/openapi.yaml'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stockpilot-drift-test-'));
after(() => fs.rmSync(folder, { recursive: true }));

const json = { 'Content-Type': 'application/json', 'X-Request-Id': 'a' };
const health = { method: 'GET', path: '/healthz', status: 200, headers: json, body: '{"status":"ok"}' };

function problem(status, more = {}) {
  return {
    status,
    headers: { ...json, 'Content-Type': 'application/problem+json' },
    body: JSON.stringify({ type: '/problems/not-found', title: 'There is nothing here', status,
      detail: 'x', requestId: 'a', message: 'x', ...more }),
  };
}

let files = 0;
function recorded(...exchanges) {
  const file = path.join(folder, `${files += 1}.ndjson`);
  fs.writeFileSync(file, exchanges.map((exchange) => JSON.stringify(exchange)).join('\n'));
  return readTraffic([file]);
}

const found = (exchange) => undocumented(description, recorded(exchange)).join('\n');

describe('answers as documented', () => {
  const cases = {
    'an operation': health,
    'HEAD like GET': { ...health, method: 'HEAD', body: '' },
    'OPTIONS anywhere': { method: 'OPTIONS', path: '/users', status: 204, headers: { Allow: 'GET' } },
    'an unknown path': { method: 'GET', path: '/nowhere', ...problem(404) },
    'an image, which is a file': { method: 'GET', path: '/images/products/a.png', status: 200,
      headers: { 'Content-Type': 'image/png' }, body: 'x' },
    'a literal path beside a parameter': { method: 'DELETE', path: '/notifications/read', status: 200,
      headers: json, body: '{"message":"Deleted 0 read notifications"}' },
  };
  for (const [name, exchange] of Object.entries(cases)) {
    test(name, () => assert.equal(found(exchange), ''));
  }
});

describe('drift', () => {
  const cases = [
    ['a status', { ...health, status: 418 }, /the status 418 is not documented/],
    ['a field', { ...health, body: '{"status":"ok","load":1}' }, /additional properties \(load\)/],
    ['a type', { ...health, body: '{"status":1}' }, /\/status must be/],
    ['a missing field', { ...health, body: '{}' }, /must have required property 'status'/],
    ['no JSON', { ...health, body: '{' }, /is no JSON/],
    ['a content type', { ...health, headers: { ...json, 'Content-Type': 'text/plain' } },
      /content type text\/plain is not documented/],
    ['a missing header', { ...health, headers: { 'Content-Type': 'application/json' } },
      /the header X-Request-Id is missing/],
    ['a body of HEAD', { ...health, method: 'HEAD' }, /HEAD has a body/],
    ['a body of 304', { method: 'GET', path: '/users', status: 304,
      headers: { ...json, ETag: '"1"' }, body: '[]' }, /none is documented/],
    ['a weird entity tag', { method: 'GET', path: '/users', status: 304,
      headers: { ...json, ETag: '1' }, body: '' }, /the header ETag: 1/],
    ['405 without Allow', { method: 'PATCH', path: '/users', ...problem(405) }, /Allow is missing/],
    ['a path', { method: 'GET', path: '/statistics', status: 200, headers: json, body: '{}' },
      /nothing is documented here/],
    ['a leak in a problem', { method: 'GET', path: '/nowhere', ...problem(404, { stack: 'x' }) },
      /unevaluated properties \(stack\)/],
    ['a problem with another status', { method: 'GET', path: '/nowhere', ...problem(404, { status: 410 }) },
      /the problem says status 410/],
    ['a problem with another request id',
      { method: 'GET', path: '/nowhere', ...problem(404, { requestId: 'b' }) }, /another requestId/],
    ['OPTIONS without methods', { method: 'OPTIONS', path: '/users', status: 204, headers: {} },
      /names no methods/],
  ];
  for (const [name, exchange, expected] of cases) {
    test(name, () => assert.match(found(exchange), expected));
  }
});

describe('coverage', () => {
  const missing = unseen(description, recorded(health, { ...health, method: 'HEAD', path: '/readyz',
    body: '' }));
  test('what was seen is not missed', () =>
    assert.ok(!missing.includes('GET /healthz → 200 was never seen')));
  test('what was not seen is', () =>
    assert.ok(missing.includes('GET /users → 401 was never seen')));
  test('HEAD does not stand for GET', () =>
    assert.ok(missing.includes('GET /readyz → 200 was never seen')));
  test('a response that is asked for once is asked for once', () =>
    assert.equal(missing.filter((text) => text.includes('429')).length, 1));
  test('500 is not asked for', () => assert.ok(!missing.some((text) => text.includes('500'))));
});

describe("Redocly's drift check", () => {
  const run = promisify(execFile);
  let har;
  before(() => {
    har = path.join(folder, 'accepted.har');
    const named = (headers) => Object.entries(headers).map(([name, value]) => ({ name, value }));
    const entry = {
      startedDateTime: '2026-01-01T00:00:00.000Z', time: 1, cache: {},
      timings: { send: 0, wait: 0, receive: 0 },
      request: { method: 'POST', url: 'https://localhost:1/notifications', httpVersion: 'HTTP/1.1',
        cookies: [], queryString: [], headersSize: -1, bodySize: -1,
        headers: named({ 'Content-Type': 'application/json', Authorization: 'Bearer x' }),
        postData: { mimeType: 'application/json',
          text: '{"type":"system","title":"a","message":"b","colour":"red"}' } },
      response: { status: 201, statusText: '', httpVersion: 'HTTP/1.1', cookies: [], redirectURL: '',
        headersSize: -1, bodySize: -1, headers: named(json),
        content: { size: 1, mimeType: 'application/json', text: JSON.stringify({
          notificationId: '8d3b1f6a-5e0c-4f7e-9a63-71e2c9d4b610', userId: null, type: 'system',
          title: 'a', message: 'b', isRead: false, createdAt: '2023-11-23T12:10:00.512Z', user: null,
        }) } },
    };
    fs.writeFileSync(har, JSON.stringify(
      { log: { version: '1.2', creator: { name: 'x', version: '1' }, entries: [entry] } }));
  });

  test('sees a request that was accepted although it is not documented', async () => {
    const program = path.join(here, 'openapi-drift.mjs');
    await assert.rejects(run(process.execPath, [program, har]), ({ code, stdout }) => {
      assert.equal(code, 1);
      assert.match(stdout, /colour.*\[redocly drift\]/);
      return true;
    });
  });
});
