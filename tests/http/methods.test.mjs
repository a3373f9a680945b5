// Methods of every address: HEAD beside GET, OPTIONS everywhere, and 405 for the rest.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { emptyAddress, goodRequest } from './good-requests.mjs';
import { assertProblem } from './shapes.mjs';
import { rawRequest, request, stack, until } from './stack.mjs';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const { paths } = (await request('GET', '/openapi.json')).json;
/** What differs between two answers of the same kind. */
const PASSING = ['date', 'x-request-id', 'connection', 'keep-alive', 'transfer-encoding'];
const lasting = (headers, also = []) => Object.fromEntries(Object.entries(headers)
  .filter(([name]) => !PASSING.includes(name) && !also.includes(name)));
const sorted = (allow) => allow.split(/, */).sort();

for (const [template, item] of Object.entries(paths)) {
  const documented = METHODS.filter((method) => item[method.toLowerCase()]);
  const allowed = [...documented, ...(documented.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();

  describe(template, () => {
    test(`OPTIONS names ${allowed.join(', ')}, without a token`, async () => {
      const answer = await request('OPTIONS', emptyAddress(template));
      assert.equal(answer.status, 204, answer.text);
      assert.deepEqual(sorted(answer.headers.allow), allowed);
      assert.equal(answer.text, '');
    });

    test('AC-38 any other method is a 405 with the same Allow, with a token and without', async () => {
      const others = METHODS.filter((method) => !documented.includes(method));
      for (const method of documented.includes('GET') ? others : [...others, 'HEAD']) {
        for (const user of [undefined, 'admin']) {
          const answer = await request(method, emptyAddress(template), { user });
          assert.equal(answer.status, 405, `${method}: ${answer.text}`);
          assert.deepEqual(sorted(answer.headers.allow), allowed);
          if (method !== 'HEAD') assertProblem(answer, 405);
        }
      }
    });

    if (!documented.includes('GET')) return;
    test('AC-46 HEAD is GET without the body', async () => {
      const { target } = await goodRequest('GET', template);
      // Metrics grow meanwhile.
      const passing = template === '/metrics' ? ['content-length'] : [];
      const ask = (method) => request(method, target, { user: 'admin' });
      // The notifier adds up what was booked, at a moment of its own: it is HEAD beside a GET that was the same before and after.
      const [get, head] = await until(async () => {
        const [before, between, after] = [await ask('GET'), await ask('HEAD'), await ask('GET')];
        return isDeepStrictEqual(lasting(before.headers, passing), lasting(after.headers, passing)) && [before, between];
      }, { what: 'two answers alike' });
      assert.equal(get.status, 200, get.text);
      assert.equal(head.status, 200);
      assert.equal(head.text, '');
      assert.deepEqual(lasting(head.headers, passing), lasting(get.headers, passing));
    });

    if (item.get['x-permission'] === 'public') return;
    test('AC-46 HEAD is refused as GET is', async () => {
      const { target } = await goodRequest('GET', template);
      const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => request(method, target)));
      assert.deepEqual([head.status, head.text], [401, '']);
      assert.deepEqual(lasting(head.headers), lasting(get.headers));
    });
  });
}

describe('AC-38 A method nobody knows', () => {
  for (const method of ['FOO', 'PROPFIND', 'TRACE', 'QUERY', 'LINK']) {
    test(`${method} is a 405 with Allow`, async () => {
      const answer = await rawRequest(`${method} /products HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assertProblem(answer, 405);
      assert.match(answer.headers.allow, /GET, HEAD, POST/);
    });
  }

  test('is a 404 where there is nothing', async () => {
    for (const method of ['GET', 'OPTIONS', 'DELETE']) {
      assertProblem(await request(method, '/nowhere'), 404);
    }
  });

  test('does not reach an image of the directory', async () => {
    const folder = path.join((await stack()).imageDirectory, 'products');
    const [name] = fs.readdirSync(folder);
    const pathname = `/images/products/${name}`;
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await request(method, pathname, { user: 'admin' });
      assertProblem(answer, 405);
      assert.deepEqual(sorted(answer.headers.allow), ['GET', 'HEAD']);
    }
    assert.ok((await request('GET', pathname)).bytes.equals(fs.readFileSync(path.join(folder, name))));
  });
});
