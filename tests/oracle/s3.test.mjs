// The programs' own S3 client and the forms they sign, against the counterpart, which the official SDK has been held
// against, and against the forms that the SDK signs itself.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AskedProgram, buildProgram } from './asked_program.mjs';
import { BUCKET, KEY, REGION, S3Counterpart, SECRET } from './s3_counterpart.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const { S3Client } = require('@aws-sdk/client-s3');
const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');

const TIMEOUT_MS = 1500;
const YEAR = 'public, max-age=31536000, immutable';
const LIFETIME = 600;
const MAX = 5 * 1024 * 1024;

let s3;
let program;
let folder;
const started = [];

before(async () => {
  program = buildProgram('s3_client');
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 's3-client-'));
  s3 = await S3Counterpart.start();
});
after(async () => {
  for (const client of started) await client.end();
  await s3?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => s3.control('fail', { mode: 'ok' }));

/** One process of the client; each method gives its word and what stands behind it. */
class Client extends AskedProgram {
  constructor({ environment = {}, endpoint = s3.url, bucket = BUCKET } = {}) {
    super(program, [endpoint, bucket, String(TIMEOUT_MS)], {
      AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: '', ...environment,
    });
    started.push(this);
  }

  #ask(...words) { return this.ask(words.join('\t')); }

  put(key, bytes, { type = 'image/png', age = YEAR } = {}) {
    const file = path.join(folder, 'bytes');
    fs.writeFileSync(file, bytes);
    return this.#ask('put', key, type, age, file);
  }

  delete(key) { return this.#ask('delete', key); }

  read(key) { return this.#ask('read', key); }

  /** Gives { expiresAt, fields }, or the words of a refusal. */
  async form(key, { type = 'image/png', least = 1, most = MAX, now, credentialsEnd = 0 } = {}) {
    const [word, rest] = await this.#ask('form', key, type, YEAR, least, most, now ?? Math.floor(Date.now() / 1000), credentialsEnd);
    if (word !== 'done') return [word, rest];
    const at = rest.indexOf(' ');
    return { expiresAt: Number(rest.slice(0, at)), fields: JSON.parse(rest.slice(at + 1)) };
  }
}

const objectOf = async (key) => (await s3.objects()).find((each) => each.key === key);

describe('An object', () => {
  test('is stored as it is sent, with its type and age, and deleted', async () => {
    const client = new Client();
    assert.deepEqual(await client.put('products/a.png', 'some bytes of an image'), ['done', '']);
    const object = await objectOf('products/a.png');
    assert.deepEqual([object['content-length'], object['content-type'], object['cache-control']], [22, 'image/png', YEAR]);
    assert.deepEqual(await client.read('products/a.png'), ['done', '22 22 some bytes of an']);
    assert.deepEqual(await client.delete('products/a.png'), ['done', '']);
    assert.deepEqual(await client.read('products/a.png'), ['done', 'absent']);
    assert.deepEqual(await client.delete('products/a.png'), ['done', ''], 'once more counts as done');
  });

  test('of 5 MB is stored whole, and its first megabyte is read, with the size of all', async () => {
    const client = new Client();
    assert.deepEqual(await client.put('products/large.png', Buffer.alloc(MAX, 'x')), ['done', '']);
    assert.equal((await objectOf('products/large.png'))['content-length'], MAX);
    assert.deepEqual(await client.read('products/large.png'), ['done', `${MAX} ${1024 * 1024} ${'x'.repeat(16)}`]);
  });

  test('of no bytes is one all the same', async () => {
    const client = new Client();
    assert.deepEqual(await client.put('products/empty.png', ''), ['done', '']);
    assert.deepEqual(await client.read('products/empty.png'), ['done', '0 0 ']);
  });
});

describe('What S3 says', () => {
  test('AC-71 5xx, throttling, silence and a cut line are worth another try, within the time', async () => {
    const client = new Client();
    await client.put('products/b.png', 'b');
    for (const call of [() => client.put('products/c.png', 'c'), () => client.read('products/b.png'), () => client.delete('products/b.png')]) {
      for (const mode of [500, 503, 'slow', 'cut', 'cut-after', 'hang']) {
        await s3.control('fail', { mode, times: 1 });
        const [word, cause] = await call();
        assert.equal(word, 'try-again', `${mode}: ${cause}`);
      }
      assert.equal((await call())[0], 'done');
    }
  });

  test('a bucket that is not there, and what is denied, are refused for good', async () => {
    const client = new Client();
    const nowhere = new Client({ bucket: 'no-such-bucket' });
    for (const call of [nowhere.put('products/d.png', 'd'), nowhere.read('products/d.png'), nowhere.delete('products/d.png')]) {
      assert.deepEqual(await call, ['refused', 'S3 says 404 NoSuchBucket']);
    }
    for (const call of [() => client.put('products/d.png', 'd'), () => client.read('products/d.png'), () => client.delete('products/d.png')]) {
      await s3.control('fail', { mode: 'denied', times: 1 });
      assert.deepEqual(await call(), ['refused', 'S3 says 403 AccessDenied']);
    }
  });

  test('AC-83 a redirect is not followed, and an answer without end is none', async () => {
    const client = new Client();
    for (const mode of ['redirect', 'huge']) {
      for (const call of [() => client.put('products/e.png', 'e'), () => client.read('products/e.png'), () => client.delete('products/e.png')]) {
        const { seen } = await s3.calls();
        await s3.control('fail', { mode, times: 1 });
        assert.equal((await call())[0], 'try-again', mode);
        assert.equal((await s3.calls()).seen, seen + 1, 'asked once');
      }
    }
  });

  test('nobody there: try again', async () => {
    assert.equal((await new Client({ endpoint: 'http://127.0.0.1:1' }).read('products/a.png'))[0], 'try-again');
  });

  test('AC-71 credentials that have expired are looked for anew, and no secret is in what is said', async () => {
    const file = path.join(folder, 'credentials');
    const write = (id, secret, token) => {
      fs.writeFileSync(`${file}.new`, `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\naws_session_token = ${token}\n`, { mode: 0o600 });
      fs.renameSync(`${file}.new`, file);
    };
    await s3.control('accept', { key: 'ASIAONE', secret: 'one', token: 'token-1' });
    write('ASIAONE', 'one', 'token-1');
    const client = new Client({ environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: file } });
    assert.equal((await client.put('products/f.png', 'f'))[0], 'done');
    await s3.control('expire', { key: 'ASIAONE' });
    const [word, cause] = await client.put('products/f.png', 'f');
    assert.equal(word, 'try-again');
    assert.equal(cause, 'S3 says 400 ExpiredToken');
    await s3.control('accept', { key: 'ASIATWO', secret: 'two', token: 'token-2' });
    write('ASIATWO', 'two', 'token-2');
    assert.equal((await client.put('products/f.png', 'f'))[0], 'done');
  });
});

/** POSTs the form as a browser does. */
async function post({ fields }, bytes, { url = `${s3.url}/${BUCKET}` } = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([bytes]), 'picture.png');
  const answer = await fetch(url, { method: 'POST', body: form });
  return [answer.status, /<Code>([^<]+)</.exec(await answer.text())?.[1]];
}

describe('A form', () => {
  for (const [kind, environment] of [['long-lived', {}], ['temporary', { AWS_SESSION_TOKEN: 'token+of/a=session' }]]) {
    test(`signed with ${kind} credentials is, byte for byte, that of the official SDK`, async (context) => {
      const now = Math.floor(Date.now() / 1000);
      const ours = await new Client({ environment }).form('products/g.webp', { type: 'image/webp', least: 17, most: 4711, now });
      context.mock.timers.enable({ apis: ['Date'], now: now * 1000 + 123 });
      const credentials = { accessKeyId: KEY, secretAccessKey: SECRET, ...(environment.AWS_SESSION_TOKEN && { sessionToken: environment.AWS_SESSION_TOKEN }) };
      const theirs = await createPresignedPost(new S3Client({ region: REGION, credentials }), {
        Bucket: BUCKET,
        Key: 'products/g.webp',
        Conditions: [['content-length-range', 17, 4711]],
        Fields: { 'Content-Type': 'image/webp', 'Cache-Control': YEAR, success_action_status: '201' },
        Expires: LIFETIME,
      });
      context.mock.timers.reset();
      assert.deepEqual(ours.fields, theirs.fields);
      assert.equal(ours.expiresAt, now + LIFETIME);
    });
  }

  test('uploads what it was made for, with its type and age', async () => {
    const form = await new Client().form('products/h.png');
    assert.deepEqual(await post(form, 'bytes'), [201, undefined]);
    const object = await objectOf('products/h.png');
    assert.deepEqual([object['content-length'], object['content-type'], object['cache-control']], [5, 'image/png', YEAR]);
  });

  test('AC-78 of another key, type, age or size, with a field more or less, or late, uploads nothing', async () => {
    const client = new Client();
    const good = await client.form('products/i.png', { least: 5, most: 5 });
    const { 'Content-Type': type, ...untyped } = good.fields;
    const late = await client.form('products/i.png', { now: Math.floor(Date.now() / 1000) - LIFETIME - 1 });
    const refused = [
      [{ fields: { ...good.fields, key: 'products/other.png' } }, 'bytes', 'AccessDenied'],
      [{ fields: { ...good.fields, 'Content-Type': 'text/html' } }, 'bytes', 'AccessDenied'],
      [{ fields: { ...good.fields, 'Cache-Control': 'no-store' } }, 'bytes', 'AccessDenied'],
      [{ fields: { ...good.fields, 'x-amz-meta-more': '1' } }, 'bytes', 'AccessDenied'],
      [{ fields: untyped }, 'bytes', 'AccessDenied'],
      [good, 'bytes+', 'EntityTooLarge'],
      [good, 'byte', 'EntityTooSmall'],
      [late, 'bytes', 'AccessDenied'],
    ];
    for (const [form, bytes, code] of refused) {
      assert.equal((await post(form, bytes))[1], code, JSON.stringify(form.fields));
    }
    assert.equal(await objectOf('products/i.png'), undefined);
    assert.equal(await objectOf('products/other.png'), undefined);
    assert.equal((await post(good, 'bytes'))[0], 201);
  });

  test('AC-80 lives no longer than the credentials, and is not made when they end within a minute', async () => {
    const client = new Client();
    const now = Math.floor(Date.now() / 1000);
    const policyOf = ({ fields }) => JSON.parse(Buffer.from(fields.Policy, 'base64'));
    const made = (seconds) => client.form('products/j.png', { now, credentialsEnd: seconds && now + seconds });
    for (const [seconds, lifetime] of [[0, LIFETIME], [LIFETIME + 1, LIFETIME], [LIFETIME - 1, LIFETIME - 1], [60, 60]]) {
      const form = await made(seconds);
      assert.equal(form.expiresAt, now + lifetime, `credentials of ${seconds} s`);
      assert.equal(Date.parse(policyOf(form).expiration) / 1000, now + lifetime);
    }
    for (const seconds of [59, 1, -1]) {
      assert.deepEqual(await made(seconds), ['try-again', 'the AWS credentials end before an upload could']);
    }
  });
});
