// Images that a client sends to S3 by itself: the form it gets for that, what S3 takes by it, and when the product shows what
// came. And what becomes of images that nobody shows any more, or that nobody ever did.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DatabaseSession, lockOf } from './database-session.mjs';
import { hastenDeletions, ImageBucket, sendForm } from './image-bucket.mjs';
import { gif, jpeg, png, webp } from './images.mjs';
import { ctl } from './pool.mjs';
import { assertUnavailable } from './problem-assertions.mjs';
import { createProduct, productAddress } from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { childrenOf, gone } from './worker-processes.mjs';

const MAX_BYTES = 5 * 1024 * 1024;
const MEBIBYTE = 1024 * 1024;
const YEAR = 'public, max-age=31536000, immutable';
const TYPES = { png: 'image/png', jpg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' };
/** A deletion is put off by some seconds. */
const LATER = { deadline: 30_000 };

let stack;
let bucket;
before(async () => {
  stack = await startPrivateStack({ configuration: { REQUEST_DEADLINE_MS: 4500, NOTIFIER_RETRY_MS: 50, NOTIFIER_RETRY_MAX_MS: 200 }, environment: { STOCKPILOT_WORKERS: '3' } });
  bucket = new ImageBucket(stack);
});
after(() => stack?.stop());
beforeEach(() => bucket.fail({ mode: 'ok' }));

const send = (method, target, options) => stack.request(method, target, { user: 'staff', ...options });
const newProduct = (fields) => createProduct(fields, stack);
const read = async ({ productId }) => (await send('GET', `/products/${productId}`)).json;
const begin = (product, json) => send('POST', `${productAddress(product)}/image-upload`, { json });
const confirm = (product, uploadId, headers) => send('POST', `${productAddress(product)}/image-upload/${uploadId}/confirm`, { headers });
const keyOf = ({ imageUrl }) => imageUrl?.match(/products\/[0-9a-f-]{36}\.\w+$/)?.[0];

/** The form for these bytes. */
async function formFor(product, bytes, contentType = TYPES.png) {
  const answer = await begin(product, { contentType, contentLength: bytes.length });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
/** Begins, sends and confirms; gives the answer. */
async function upload(product, bytes, { contentType, headers } = {}) {
  const form = await formFor(product, bytes, contentType);
  assert.equal((await sendForm(form, bytes)).status, 201);
  return Object.assign(await confirm(product, form.uploadId, headers), { form });
}
const pictured = async (bytes = png()) => (await upload(await newProduct(), bytes)).json;

const objectOf = async (key) => (await bucket.objects()).find((each) => each.key === key);
const isThere = async (key) => await objectOf(key) !== undefined;
const untilGone = (key) => until(async () => {
  await hastenDeletions(stack);
  return !await isThere(key);
}, { ...LATER, what: `the end of ${key}` });
const deletionsOf = (key) => stack.sql(
  "select dedupe_key from outbox where topic = 'image-deletions' and payload ->> 'key' = $1", [key]);

/** An image as everybody gets it, from the CDN. */
async function show({ imageUrl }) {
  const request = https.request(imageUrl, { ca: fs.readFileSync(stack.caFile), agent: false });
  request.end();
  const [response] = await once(request, 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) };
}

/** Lets the housekeeping begin anew: it tidies up first of all. */
const tidyUp = () => process.kill(stack.pids.notifier, 'SIGHUP');
const age = (uploadId, time) => stack.execute(
  "update image_uploads set expires_at = expires_at - $2::interval where upload_id = $1", [uploadId, time]);

/** The shell lines of docs/http-api.md about this, with what its introduction defines. */
function documentedLines() {
  const manual = fs.readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');
  const [, lines] = /^#### `POST \/products\/\{productId\}\/image-upload\/\{uploadId\}\/confirm`$[^]*?^```sh$\n([^]*?)^```$/m.exec(manual) ?? assert.fail('no lines');
  const [, api] = /^(api\(\) .*)$/m.exec(manual) ?? assert.fail('no api()');
  return `set -euo pipefail\n${api.replace('.dev/tls/ca.pem', '"$CA"')}\n${lines}`;
}

describe('POST /products/{productId}/image-upload', () => {
  test('AC-78 by curl, as docs/http-api.md has it', async () => {
    const product = await newProduct();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'upload-'));
    try {
      fs.writeFileSync(path.join(folder, 'organiser.webp'), webp());
      const { stdout } = await promisify(execFile)('bash', ['-c', documentedLines()], {
        cwd: folder, env: { ...process.env, API: stack.url, TOKEN: await stack.token('staff'), CA: stack.caFile, ID: product.productId },
      });
      assert.match(stdout, /\.webp"/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
    const shown = await show(await read(product));
    assert.deepEqual([shown.status, shown.bytes.equals(webp())], [200, true]);
  });

  test('gives a form, and the product shows what was sent by it once that is confirmed', async () => {
    const product = await newProduct({ imageUrl: 'https://images.example/former.png' });
    const bytes = png({ red: 77 });
    const { json: form } = await begin(product, { contentType: 'image/png', contentLength: bytes.length });
    shapes.object({
      uploadId: shapes.uuid, url: shapes.text, fields: () => {}, key: shapes.text, expiresAt: shapes.timestamp,
    })(form);
    assert.equal(form.key, `products/${form.uploadId}.png`);
    assert.equal(form.fields.key, form.key);
    const left = Date.parse(form.expiresAt) - Date.now();
    assert.ok(left > 9 * 60_000 && left <= 10 * 60_000, `ten minutes, not ${left} ms`);

    const sent = await sendForm(form, bytes);
    assert.equal(sent.status, 201, sent.code);
    assert.equal((await read(product)).imageUrl, product.imageUrl, 'it is not shown yet');

    const answer = await confirm(product, form.uploadId);
    assert.equal(answer.status, 200, answer.text);
    shapes.product(answer.json);
    assert.equal(answer.json.imageUrl, `${stack.cdnUrl}/${form.key}`);
    assert.equal(answer.json.version, product.version + 1);
    const image = await show(answer.json);
    assert.deepEqual([image.status, image.bytes.equals(bytes)], [200, true]);
    assert.equal(image.headers['content-type'], 'image/png');
    assert.equal(image.headers['cache-control'], YEAR);
  });

  const metadata = (count) => Array.from({ length: count }, () =>
    Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(65533, 'm')]));
  function largeWebp(size) {
    const bytes = Buffer.alloc(size);
    webp().copy(bytes);
    bytes.writeUInt32LE(size - 8, 4);
    bytes.write('XTRA', webp().length, 'latin1');
    bytes.writeUInt32LE(size - webp().length - 8, webp().length + 4);
    return bytes;
  }
  for (const [what, type, bytes] of [
    ['a GIF', 'gif', gif()],
    ['a JPEG', 'jpg', jpeg()],
    ['a JPEG behind 900 KB about the camera', 'jpg', Buffer.concat([jpeg().subarray(0, 2), ...metadata(14), jpeg().subarray(2)])],
    ['a WebP', 'webp', webp()],
    ['a WebP of which only the beginning is read', 'webp', largeWebp(2 * MEBIBYTE)],
    ['a PNG of 5 MB', 'png', png({ size: MAX_BYTES })],
  ]) {
    test(`takes ${what}`, async () => {
      const answer = await upload(await newProduct(), bytes, { contentType: TYPES[type] });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.json.imageUrl, new RegExp(`\\.${type}$`));
      assert.equal((await show(answer.json)).bytes.length, bytes.length);
    });
  }

  test('wants the type and the size of an image, and nothing else', async () => {
    const product = await newProduct();
    const refused = [
      [{}, { '/contentType': 'required', '/contentLength': 'required' }],
      [{ contentType: 'image/svg+xml', contentLength: 10 }, { '/contentType': 'not_a_choice' }],
      [{ contentType: 'image/png', contentLength: 0 }, { '/contentLength': 'out_of_range' }],
      [{ contentType: 'image/png', contentLength: MAX_BYTES + 1 }, { '/contentLength': 'out_of_range' }],
      [{ contentType: 'image/png', contentLength: 1.5, key: 'products/mine.png' },
        { '/contentLength': 'not_an_integer', '/key': 'unknown_field' }],
    ];
    for (const [json, fields] of refused) assertProblem(await begin(product, json), 422, { fields });
    assertProblem(await begin({ productId: randomUUID() }, { contentType: 'image/png', contentLength: 10 }), 404);
    assert.equal((await begin(product, { contentType: 'image/png', contentLength: MAX_BYTES })).status, 201);
  });

  test('AC-78 S3 takes no other key, type, age or size by it', async () => {
    const product = await newProduct();
    const bytes = png();
    const form = await formFor(product, bytes);
    const other = form.key.replace(/[0-9a-f]{4}\./, '0000.');
    for (const [what, sent, fields, code] of [
      ['another key', bytes, { key: other }, 'AccessDenied'],
      ['another type', bytes, { 'Content-Type': 'text/html' }, 'AccessDenied'],
      ['no type', bytes, { 'Content-Type': undefined }, 'AccessDenied'],
      ['another age', bytes, { 'Cache-Control': 'no-cache' }, 'AccessDenied'],
      ['a field more', bytes, { 'x-amz-meta-note': 'hello' }, 'AccessDenied'],
      ['one byte more', Buffer.concat([bytes, Buffer.alloc(1)]), {}, 'EntityTooLarge'],
      ['one byte less', bytes.subarray(1), {}, 'EntityTooSmall'],
    ]) {
      assert.equal((await sendForm(form, sent, { fields })).code, code, what);
    }
    assert.deepEqual([await isThere(form.key), await isThere(other)], [false, false]);
    assert.equal((await sendForm(form, bytes)).status, 201, 'as it is, it is taken');
  });
});

describe('AC-80 When the credentials of the host are about to end', () => {
  /** New workers, with credentials of the host's role that are good for so many seconds. */
  async function withCredentials(lifetime) {
    const answer = await fetch(`${stack.imdsUrl}/_test/rotate?lifetime=${lifetime}`, { method: 'POST' });
    assert.equal(answer.status, 200);
    const before = childrenOf(stack.pids.pool);
    before.forEach((pid) => process.kill(pid, 'SIGKILL'));
    await gone(before);
    await until(async () => (await stack.request('GET', '/readyz')).status === 200, LATER);
  }
  after(() => withCredentials(6 * 3600));

  test('a form ends with them', async () => {
    await withCredentials(300);
    const product = await newProduct();
    const form = await formFor(product, png());
    const left = Date.parse(form.expiresAt) - Date.now();
    assert.ok(left > 60_000 && left <= 300_000, `${left} ms`);
    const { expiration } = JSON.parse(Buffer.from(form.fields.Policy, 'base64'));
    assert.equal(Date.parse(expiration), Date.parse(form.expiresAt));
    assert.equal((await sendForm(form, png())).status, 201);
  });

  test('none is given for less than a minute: 503, and nothing is announced', async () => {
    await withCredentials(45);
    const product = await newProduct();
    assertUnavailable(await begin(product, { contentType: 'image/png', contentLength: 10 }));
    assert.deepEqual(await stack.sql('select 1 from image_uploads where product_id = $1', [product.productId]), []);
    const stored = await send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: png() } } });
    assert.equal(stored.status, 200, 'what the worker stores itself is no matter of minutes');
  });
});

describe('POST /products/{productId}/image-upload/{uploadId}/confirm', () => {
  test('is 409 while nothing has come, and works when it has', async () => {
    const product = await newProduct();
    const form = await formFor(product, png());
    assertProblem(await confirm(product, form.uploadId), 409);
    await sendForm(form, png());
    assert.equal((await confirm(product, form.uploadId)).status, 200);
  });

  test('once more changes nothing, also with the ETag of before, and when the image was replaced since', async () => {
    const product = await newProduct();
    const { etag } = (await send('GET', productAddress(product))).headers;
    const first = await upload(product, png(), { headers: { 'if-match': etag } });
    assert.equal(first.status, 200, first.text);
    const again = await confirm(product, first.form.uploadId, { 'if-match': etag });
    assert.deepEqual([again.status, again.json], [200, first.json]);
    assert.equal(again.headers.etag, first.headers.etag);
    const { json: second } = await upload(product, gif(), { contentType: TYPES.gif });
    const late = await confirm(product, first.form.uploadId);
    assert.deepEqual([late.status, late.json], [200, second]);
    const both = await Promise.all([1, 2, 3].map(() => confirm(product, first.form.uploadId)));
    assert.deepEqual(both.map(({ status }) => status), [200, 200, 200]);
  });

  test('AC-86 honours If-Match: 412 with the product as it is, and the image can still be confirmed', async () => {
    const product = await newProduct();
    const { etag } = (await send('GET', productAddress(product))).headers;
    await send('PATCH', productAddress(product), { json: { price: 3 } });
    const stale = await upload(product, png(), { headers: { 'if-match': etag } });
    assertProblem(stale, 412);
    assert.equal(stale.json.current.price, 3);
    assert.equal((await read(product)).imageUrl, null);
    assert.equal((await confirm(product, stale.form.uploadId, { 'if-match': stale.headers.etag })).status, 200);
  });

  test('is 404 for what was never begun, of another product, or of one that is gone', async () => {
    const [product, other] = [await newProduct(), await newProduct()];
    const form = await formFor(product, png());
    await sendForm(form, png());
    assertProblem(await confirm(product, randomUUID()), 404);
    assertProblem(await confirm(other, form.uploadId), 404);
    await send('DELETE', productAddress(product), { user: 'admin' });
    assertProblem(await confirm(product, form.uploadId), 404);
  });

  const html = Buffer.from('<script>alert(1)</script>'.repeat(10));
  for (const [what, bytes, other] of [
    ['is no image', html],
    ['is of another kind', Buffer.concat([gif(), Buffer.alloc(100)])],
    ['is cut off', png().subarray(0, 30)],
    ['is of another size, whoever made it so', png(), png({ size: 4000 })],
    ['is empty', png(), Buffer.alloc(0)],
  ]) {
    test(`is 422 when what came ${what}: it is never shown, and deleted`, async () => {
      const product = await newProduct();
      const form = await formFor(product, bytes);
      assert.equal((await sendForm(form, bytes)).status, 201);
      if (other) await bucket.put(form.key, other);
      for (let n = 0; n < 2; n += 1) {
        const answer = await confirm(product, form.uploadId);
        assertProblem(answer, 422);
        assert.match(answer.json.detail, /new upload/);
      }
      assert.equal((await read(product)).imageUrl, null);
      await untilGone(form.key);
      assertProblem(await confirm(product, form.uploadId), 422);
    });
  }
});

describe('An image that is replaced', () => {
  const ways = {
    'another upload': (product) => upload(product, gif(), { contentType: TYPES.gif }),
    'a file': (product) => send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: webp() } } }),
    'a form': (product) => send('PUT', productAddress(product), { form: { price: 3, image: { bytes: jpeg() } } }),
    'an address elsewhere': (product) => send('PATCH', productAddress(product), { json: { imageUrl: 'https://images.example/a.png' } }),
    'nothing': (product) => send('PATCH', productAddress(product), { json: { imageUrl: null } }),
    'an import': ({ productId }) => send('POST', '/imports/products', {
      user: 'admin', headers: { 'content-type': 'text/csv' }, body: `productId,imageUrl\r\n${productId},\r\n`,
    }),
    'the end of its product': (product) => send('DELETE', productAddress(product), { user: 'admin' }),
  };
  for (const [way, replace] of Object.entries(ways)) {
    test(`AC-79 by ${way} is deleted a moment later, and nothing else`, async () => {
      const product = await pictured();
      const answer = await replace(product);
      assert.equal(answer.status, 200, answer.text);
      await untilGone(keyOf(product));
      const next = keyOf(answer.json);
      if (next) assert.ok(await isThere(next), 'the new one stays');
      assert.equal((await deletionsOf(keyOf(product))).length, 1);
    });
  }

  test('AC-79 stays until the change is committed, and for ever when it is not', async () => {
    const product = await pictured();
    const key = keyOf(product);
    /** A deletion that comes after whatever might have come for ours. */
    const othersAreDeleted = async () => {
      const other = await pictured();
      await send('PATCH', productAddress(other), { json: { imageUrl: null } });
      await untilGone(keyOf(other));
    };
    const session = new DatabaseSession(stack.adminDatabaseUrl);
    try {
      await session.run(`begin; update products set image_key = null where product_id = '${product.productId}'`);
      await othersAreDeleted();
      assert.ok(await isThere(key), 'not while the transaction is open');
      await session.run('rollback');
    } finally {
      await session.end();
    }
    await othersAreDeleted();
    assert.ok(await isThere(key), 'nor after it was rolled back');
    assert.equal((await read(product)).imageUrl, product.imageUrl);
  });

  test('AC-79 stays when the request that would replace it fails, and the new one goes', async () => {
    const product = await pictured();
    const before = new Set((await bucket.objects()).map(({ key }) => key));
    const replace = () => send('PATCH', productAddress(product), {
      form: { price: 4, image: { bytes: webp() } }, headers: { 'if-match': '"1.0"' },
    });
    assertProblem(await replace(), 412);
    assertProblem(await send('PATCH', productAddress(product), { form: { price: '1.005', image: { bytes: webp() } } }), 422);
    const session = new DatabaseSession(stack.adminDatabaseUrl);
    try {
      await session.run(`begin; ${lockOf(product)}`);
      assertUnavailable(await send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: gif() } } }));
    } finally {
      await session.end();
    }
    assert.equal((await read(product)).imageUrl, product.imageUrl);
    assert.deepEqual(await deletionsOf(keyOf(product)), []);
    assert.deepEqual((await bucket.objects()).map(({ key }) => key).filter((key) => !before.has(key)), []);
    assert.ok(await isThere(keyOf(product)));
  });

  test('AC-72 that S3 never lets us delete is put aside after some tries, and administrators are told; sent again, it goes', async () => {
    const product = await pictured();
    const key = keyOf(product);
    const ofThisImage = (condition) => stack.sql(`select last_error from outbox where payload ->> 'key' = $1 and ${condition}`, [key]);
    await bucket.fail({ mode: 'denied' });
    await send('PATCH', productAddress(product), { json: { imageUrl: null } });
    await until(async () => (await ofThisImage('dead_at is not null')).length === 1, { ...LATER, what: 'the parked deletion' });
    const told = await stack.sql("select message from notifications where type = 'system' and message like '%' || $1 || '%'", [key]);
    assert.equal(told.length, 1);
    assert.match(told[0].message, /put aside/);
    await bucket.fail({ mode: 'ok' });
    assert.ok(await isThere(key));
    assert.equal((await ctl(stack, 'outbox', 'retry', '--all-parked')).code, 0);
    await untilGone(key);
  });

  test('AC-79 is deleted although S3 was away, denied it and lost the answer', async () => {
    const product = await pictured();
    await bucket.fail({ mode: 'denied', times: 1 });
    await send('PATCH', productAddress(product), { json: { imageUrl: null } });
    await untilGone(keyOf(product));
    for (const mode of [503, 'cut', 'cut-after', 'redirect']) {
      const other = await pictured();
      await send('PATCH', productAddress(other), { json: { imageUrl: null } });
      await bucket.fail({ mode, times: 2 });
      await untilGone(keyOf(other));
      await until(async () => (await stack.sql(
        "select 1 from outbox where payload ->> 'key' = $1 and sent_at is not null", [keyOf(other)])).length === 1,
      { ...LATER, what: `the mark after ${mode}` });
    }
  });
});

describe('An image that no product ever showed', () => {
  test('is deleted an hour after its form has ended, and can then be confirmed no more', async () => {
    const product = await newProduct();
    const [form, older] = [await formFor(product, png()), await formFor(product, png())];
    for (const each of [form, older]) await sendForm(each, png());
    await age(form.uploadId, '1 hour 9 minutes');
    await age(older.uploadId, '1 hour 11 minutes');
    tidyUp();
    await untilGone(older.key);
    assert.ok(await isThere(form.key), 'not before its time');
    await age(form.uploadId, '2 minutes');
    tidyUp();
    await untilGone(form.key);
    assertProblem(await confirm(product, form.uploadId), 404);
  });

  test('AC-79 because its worker was killed in between, is found and deleted as well', async () => {
    const product = await pictured();
    const before = new Set((await bucket.objects()).map(({ key }) => key));
    await bucket.fail({ mode: 'hang-after', times: 1 });
    const lost = send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: gif() } } });
    await until(async () => (await bucket.calls()).hanging === 1, { what: 'the wait for an answer of S3' });
    childrenOf(stack.pids.pool).forEach((pid) => process.kill(pid, 'SIGKILL'));
    assert.ok((await lost).status >= 500);
    const orphans = (await bucket.objects()).map(({ key }) => key).filter((key) => !before.has(key));
    assert.equal(orphans.length, 1, 'it had been stored');
    await until(async () => (await stack.request('GET', '/readyz')).status === 200, LATER);
    await age(orphans[0].slice('products/'.length, -'.gif'.length), '1 hour 11 minutes');
    tidyUp();
    await untilGone(orphans[0]);
    assert.equal((await read(product)).imageUrl, product.imageUrl);
    assert.ok(await isThere(keyOf(product)));
  });

  test('what a form brings back after its image was replaced is deleted again', async () => {
    const product = await newProduct();
    const { form } = await upload(product, png());
    await send('PATCH', productAddress(product), { json: { imageUrl: null } });
    await untilGone(form.key);
    assert.equal((await sendForm(form, png())).status, 201, 'S3 takes it while the form is good');
    await age(form.uploadId, '25 hours');
    tidyUp();
    await untilGone(form.key);
  });
});

describe('While S3 is away', () => {
  test('an upload is 503 and changes nothing, whatever is wrong with it', async () => {
    const product = await pictured();
    const form = await formFor(product, png());
    for (const mode of [500, 503, 'denied', 'cut', 'redirect', 'huge']) {
      await bucket.fail({ mode });
      assertUnavailable(await send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: gif() } } }), String(mode));
      assertUnavailable(await send('POST', '/products', { form: { name: 'x', price: 1, image: { bytes: gif() } } }), String(mode));
      assertUnavailable(await confirm(product, form.uploadId), String(mode));
    }
    await bucket.fail({ mode: 'ok' });
    assert.equal((await read(product)).version, product.version);
    await sendForm(form, png());
    assert.equal((await confirm(product, form.uploadId)).status, 200, 'and afterwards all is well');
  });

  test('and silent, everybody else is served as ever', async () => {
    const product = await pictured();
    const everybody = () => Promise.all(Array.from({ length: 60 }, () => stack.request('GET', '/users/me', { user: 'viewer' })));
    await everybody(); // so that each worker has many of nginx's connections
    await bucket.fail({ mode: 'hang' });
    let answered = 0;
    const waiting = [1, 2].map(async () => {
      const answer = await send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: gif() } } });
      answered += 1;
      return answer;
    });
    await until(async () => (await bucket.calls()).hanging === 2, { what: 'two uploads that wait for S3' });
    const others = await everybody();
    assert.deepEqual([...new Set(others.map(({ status }) => status))], [200]);
    assert.equal(answered, 0, 'the uploads were still waiting then');
    (await Promise.all(waiting)).forEach((answer) => assertUnavailable(answer));
  });

  test('a form is given all the same: it takes no S3 to sign one', async () => {
    const product = await newProduct();
    process.kill(stack.pids.s3, 'SIGKILL');
    await gone([stack.pids.s3]);
    assert.equal((await begin(product, { contentType: 'image/png', contentLength: 10 })).status, 201);
    assertUnavailable(await send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: gif() } } }));
    await stack.dev('up');
    stack.reread();
    assert.equal((await send('POST', `${productAddress(product)}/image`, { form: { image: { bytes: gif() } } })).status, 200);
  });
});

describe('The log', () => {
  test('has no secret in it, and no signature', () => {
    const { credentials } = JSON.parse(fs.readFileSync(`${stack.state}/imds/credentials.json`, 'utf8'));
    const secrets = credentials.flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]);
    assert.ok(secrets.length > 2);
    for (const name of ['api.log', 'notifier.log']) {
      const text = fs.readFileSync(`${stack.logDirectory}/${name}`, 'utf8');
      assert.doesNotMatch(text, /AWS4-HMAC|X-Amz-Signature|Policy/, name);
      secrets.forEach((secret) => assert.ok(!text.includes(secret), name));
    }
  });
});
