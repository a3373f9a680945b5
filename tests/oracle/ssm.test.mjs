// The programs' own client of Parameter Store against the counterpart, which the official SDK has been held against.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { until } from '../http/stack.mjs';
import { buildProgram } from './asked_program.mjs';
import { KEY, SECRET, SsmCounterpart } from './ssm_counterpart.mjs';

const run = promisify(execFile);
const PATIENCE_MS = 1500;
const LONG_MS = 20_000;
const HUSH = 'hush-hush-never-told';

let ssm;
let program;
let expected;

before(async () => {
  program = buildProgram('ssm_reader');
  ssm = await SsmCounterpart.start();
  expected = [];
  for (let n = 10; n < 33; n += 1) expected.push([`/app/level/p${n}`, `value ${n} "Ä" \\ 💡`, false]);
  expected.push(['/app/secret', HUSH, true]);
  for (const [name, value, secure] of expected) await ssm.put(name, value, { Type: secure ? 'SecureString' : 'String' });
  await ssm.put('/apple', 'beside the path');
});
after(() => ssm?.stop());
beforeEach(async () => {
  await ssm.control('fail', { mode: 'ok' });
  await ssm.control('pages', { mode: 'normal' });
});

/** What is read: an array, or the cause of a failure. */
async function read({ root = '/app', endpoint = ssm.url, environment = {}, callMs = 1000, patienceMs = PATIENCE_MS } = {}) {
  const { stdout, stderr } = await run(program, [endpoint, String(callMs), String(patienceMs), root], {
    env: { ...process.env, AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: '', ...environment },
    maxBuffer: 16 << 20,
  });
  assert.equal(stderr, '');
  return stdout.startsWith('failed ') ? stdout.slice(7).trim() : JSON.parse(stdout);
}

describe('Reading', () => {
  test('gives all that is below the path, decrypted, and nothing beside it', async () => {
    assert.deepEqual(await read(), expected);
    assert.deepEqual(await read({ root: '/none' }), []);
  });

  test('a value that is as large as there are, all of it escaped, arrives whole', async () => {
    const value = '\u0001"'.repeat(4096);
    for (let n = 10; n < 20; n += 1) await ssm.put(`/large/p${n}`, value, { Tier: 'Advanced' });
    assert.deepEqual((await read({ root: '/large' })).map(([, each]) => each === value), Array(10).fill(true));
  });

  test('AC-82 pages that are short or empty are followed to the end', async () => {
    for (const mode of ['one', 'empty']) {
      await ssm.control('pages', { mode });
      assert.deepEqual(await read({ patienceMs: LONG_MS }), expected, mode);
    }
  });

  test('AC-82 pages that come again, or never end, are an error and no endless loop', async () => {
    await ssm.control('pages', { mode: 'repeat' });
    assert.equal(await read({ patienceMs: LONG_MS }), 'SSM answers 200 with a page that has been there already');
    await ssm.control('pages', { mode: 'endless' });
    const { seen } = await ssm.calls();
    assert.equal(await read({ patienceMs: LONG_MS }), 'SSM answers 200 with more pages than there can be');
    assert.equal((await ssm.calls()).seen - seen, 100);
  });

  test('AC-82 throttling, 5xx, a cut line and silence are tried again, in the midst of the pages too', async () => {
    await ssm.control('pages', { mode: 'one' });
    for (const mode of ['throttle', 500, 503, 'cut', 'cut-after', 'hang', 'hang-after']) {
      await ssm.control('fail', { mode, times: 2 });
      assert.deepEqual(await read({ callMs: 300, patienceMs: LONG_MS }), expected, String(mode));
    }
  });

  test('AC-82 whatever lasts ends with the patience, and says what it was', async () => {
    for (const [mode, cause] of [['throttle', 'SSM says 400 ThrottlingException'], [500, 'SSM says 500 InternalServerError'],
      ['hang', /^HTTP request failed: Timeout/]]) {
      await ssm.control('fail', { mode });
      const { seen } = await ssm.calls();
      assert.match(await read({ callMs: 300 }), typeof cause === 'string' ? new RegExp(`^${cause}$`) : cause);
      const calls = (await ssm.calls()).seen - seen;
      assert.ok(calls > 1 && calls < 60, `${calls} calls: again, but with pauses`);
    }
    assert.match(await read({ endpoint: 'http://127.0.0.1:1' }), /^HTTP request failed/);
  });

  test('AC-82 who is told to end does not wait for an answer that does not come', async () => {
    await ssm.control('fail', { mode: 'hang' });
    const reading = run(program, [ssm.url, '60000', '60000', '/app'], {
      env: { ...process.env, AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: '' },
    });
    await until(async () => (await ssm.calls()).hanging === 1, { what: 'a call that waits' });
    reading.child.kill('SIGTERM');
    assert.match((await reading).stdout, /^failed HTTP request failed: .*aborted/);
  });

  test('what will be refused again is not tried again', async () => {
    await ssm.control('fail', { mode: 'denied' });
    const { seen } = await ssm.calls();
    assert.equal(await read({ patienceMs: LONG_MS }), 'SSM says 400 AccessDeniedException');
    assert.equal((await ssm.calls()).seen, seen + 1);
    await ssm.control('fail', { mode: 401, times: 1 });
    assert.equal(await read({ patienceMs: LONG_MS }), 'SSM says 401 UnauthorizedException');
  });

  test('AC-83 a redirect is not followed, and an answer without end is none', async () => {
    for (const mode of ['redirect', 'huge']) {
      await ssm.control('fail', { mode });
      const { seen, failed } = await ssm.calls();
      const cause = await read();
      assert.match(cause, mode === 'redirect' ? /^SSM says 307/ : /the answer is too long$/);
      const now = await ssm.calls();
      assert.equal(now.seen - seen, now.failed - failed, 'nothing was asked elsewhere');
      await ssm.control('fail', { mode, times: 1 });
      assert.deepEqual(await read({ patienceMs: LONG_MS }), expected);
    }
  });

  test('expired credentials and a wrong signature are told as such, without any of them', async () => {
    await ssm.control('accept', { key: 'ASIAGONE', secret: 'gone', token: 'token-1' });
    await ssm.control('expire', { key: 'ASIAGONE' });
    const expired = { AWS_ACCESS_KEY_ID: 'ASIAGONE', AWS_SECRET_ACCESS_KEY: 'gone', AWS_SESSION_TOKEN: 'token-1' };
    assert.equal(await read({ environment: expired }), 'SSM says 400 ExpiredTokenException');
    assert.equal(await read({ environment: { AWS_SECRET_ACCESS_KEY: 'wrong' } }), 'SSM says 400 InvalidSignatureException');
  });
});

test('An answer that is 200 and makes no sense is an error that quotes none of it', async () => {
  const answers = ['', '{', '[]', '{}', '{"Parameters":{}}', '{"Parameters":[1]}', `{"Parameters":[{"Name":"/app/x","Value":"${HUSH}"}]}`,
    `{"Parameters":[{"Name":"/app/x","Type":"String","Value":"${HUSH}"},{"Name":"/app/y","Type":"String","Value":{}}]}`,
    `{"Parameters":[{"Name":"/app/x","Name":"/app/y","Type":"String","Value":"${HUSH}"}]}`];
  let body;
  const server = createServer((request, response) => request.resume().on('end', () => response.end(body)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    for (body of answers) {
      const cause = await read({ endpoint: `http://127.0.0.1:${server.address().port}` });
      assert.match(cause, /^SSM answers 200 with/, body);
      assert.ok(!cause.includes(HUSH));
    }
  } finally {
    server.close();
  }
});
