// What stands for CloudFront on one machine (nginx/cdn.conf.in): a page gets images from it as it would from the real
// one, and nobody gets anything else, or past it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { ImageBucket } from './image-bucket.mjs';
import { png } from './images.mjs';
import { linesOf, startPrivateStack, until } from './stack.mjs';
import { gone } from './worker-processes.mjs';

const PNG = png();
const SECOND = 'public, max-age=1';
let stack;
let bucket;
let number = 0;

before(async () => {
  stack = await startPrivateStack({ environment: { STOCKPILOT_DEMO: 'small' } });
  bucket = new ImageBucket(stack);
});
after(() => stack?.stop());
beforeEach(() => bucket.fail({ mode: 'ok' }));

/** One exchange with the CDN, past the recorder: it is no part of the API. */
async function ask(target, { method = 'GET', headers = {}, body } = {}) {
  const { hostname, port } = new URL(stack.cdnUrl);
  const request = https.request({ hostname, port, path: target, method, headers, ca: fs.readFileSync(stack.caFile), agent: false });
  request.end(body);
  const [response] = await once(request, 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks), cache: response.headers['x-cache'] };
}

/** A new image in the bucket; gives its path at the CDN. */
async function stored(options) {
  number += 1;
  const key = `products/cdn-test-${number}.png`;
  await bucket.put(key, PNG, options);
  return `/${key}`;
}

/** The lines of the CDN's log about a path. */
const logged = (target) => linesOf(path.join(stack.logDirectory, 'cdn.log'))
  .map((line) => JSON.parse(line)).filter((line) => line.path === target);

/** Asks again until the CDN has answered in this way, e.g. 'STALE'; all answers meanwhile are looked at. */
const askUntil = (target, outcome, look) => until(async () => {
  look(await ask(target));
  return logged(target).some(({ cache }) => cache === outcome);
}, { deadline: 15_000, what: `${outcome} in the log of the CDN` });

const whole = ({ status, bytes }) => assert.deepEqual([status, bytes], [200, PNG]);

describe('An image', () => {
  test('is fetched from the bucket once, and is a hit from then on', async () => {
    const target = await stored();
    const first = await ask(target);
    whole(first);
    assert.deepEqual([first.cache, first.headers['content-type']], ['Miss from cloudfront', 'image/png']);
    assert.equal(first.headers['cache-control'], 'public, max-age=31536000, immutable');
    await bucket.fail({ mode: 500 });
    const second = await ask(target);
    whole(second);
    assert.equal(second.cache, 'Hit from cloudfront');
    assert.equal((await ask(target, { headers: { 'If-None-Match': first.headers.etag } })).status, 304);
    const head = await ask(target, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, String(PNG.length), 0]);
    const range = await ask(target, { headers: { Range: 'bytes=0-3' } });
    assert.deepEqual([range.status, range.bytes], [206, PNG.subarray(0, 4)]);
  });

  test('of the demo shop is there, and does not come back when it was deleted', async () => {
    const [{ key }, { key: replaced }] = (await bucket.objects()).filter((object) => !object.key.startsWith('products/cdn-test'));
    const answer = await ask(`/${key}`);
    assert.deepEqual(answer.bytes, fs.readFileSync(path.join(stack.imageDirectory, key)));
    assert.deepEqual([answer.headers['content-type'], answer.headers['cache-control']], ['image/png', 'public, max-age=31536000, immutable']);
    await bucket.remove(replaced);
    await stack.dev('up');
    assert.ok(!(await bucket.objects()).some((object) => object.key === replaced));
  });

  test('is asked for once, however many want it at once', async () => {
    const target = await stored();
    const { seen } = await bucket.calls();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(target)));
    answers.forEach(whole);
    assert.equal((await bucket.calls()).seen, seen + 1);
  });

  test('is the same for all: no cookie, token or query is passed on, or makes another of it', async () => {
    const target = await stored();
    const headers = { Cookie: 'session=secret', Authorization: 'Bearer secret', Origin: 'https://shop.test' };
    whole(await ask(`${target}?X-Amz-Signature=secret`, { headers }));
    const second = await ask(`${target}?v=2`, { headers });
    assert.equal(second.cache, 'Hit from cloudfront');
    assert.equal(second.headers['set-cookie'], undefined);
    assert.ok(!JSON.stringify(logged(target)).includes('secret'));
  });

  test('can be shown by pages of other origins, and is no page itself', async () => {
    const { headers } = await ask(await stored());
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(headers['content-security-policy'], /^default-src 'none'.*sandbox/);
  });

  test('whose time is over is asked for again, and served as it was when the bucket fails or is away', async () => {
    const target = await stored({ cacheControl: SECOND });
    whole(await ask(target));
    await askUntil(target, 'REVALIDATED', whole);
    await bucket.fail({ mode: 503 });
    await askUntil(target, 'STALE', whole);
    await bucket.fail({ mode: 'ok' });
    const other = await stored({ cacheControl: SECOND });
    whole(await ask(other));
    process.kill(stack.pids.s3, 'SIGKILL');
    await gone([stack.pids.s3]);
    await askUntil(other, 'STALE', whole);
    const unknown = await ask('/products/never-seen.png');
    assert.deepEqual([unknown.status, unknown.cache], [502, 'Error from cloudfront']);
    await stack.dev('up');
    stack.reread();
    await askUntil(other, 'REVALIDATED', whole);
  });
});

describe('Nobody', () => {
  test('writes through the CDN', async () => {
    const target = await stored();
    whole(await ask(target));
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, cache } = await ask(target, { method, body: method === 'OPTIONS' ? undefined : 'x' });
      assert.deepEqual([status, cache], [403, 'Error from cloudfront'], method);
    }
    assert.ok((await bucket.objects()).some(({ key }) => `/${key}` === target));
  });

  test('reads anything but images of products', async () => {
    await bucket.put('products/page.html', Buffer.from('<p>'), { type: 'text/html' });
    await bucket.put('private/cdn-test.png', PNG);
    const { seen } = await bucket.calls();
    for (const target of ['/products/page.html', '/private/cdn-test.png', '/products/../private/cdn-test.png', '/products/%2e%2e/private/cdn-test.png',
      '/products/..%2fprivate%2fcdn-test.png', '/', '/products/', `/${stack.s3Bucket}/products/page.html`, '/_test/objects']) {
      assert.equal((await ask(target)).status, 403, target);
    }
    assert.equal((await bucket.calls()).seen, seen, 'the bucket was not even asked');
  });

  test('learns more of a missing image than of a forbidden one', async () => {
    const { status, cache, bytes } = await ask('/products/none.png');
    assert.deepEqual([status, cache], [403, 'Error from cloudfront']);
    assert.match(bytes.toString(), /<Code>AccessDenied</);
  });

  test('reads the bucket past the CDN', async () => {
    const target = await stored();
    for (const address of [`${stack.s3Url}/${stack.s3Bucket}${target}`, `${stack.s3Url}${target}`]) {
      assert.equal((await fetch(address)).status, 403, address);
    }
    const door = fs.statSync(path.join(path.dirname(stack.socket), 'cdn.sock'));
    assert.equal(door.mode & 0o077, 0, 'only its own user gets through the door of the CDN');
  });
});

test('Plain HTTP is not answered', async () => {
  const { hostname, port } = new URL(stack.cdnUrl);
  const request = http.request({ hostname, port, path: await stored() });
  request.end();
  const [response] = await once(request, 'response');
  response.resume();
  assert.equal(response.statusCode, 400);
});
