// A request that waited for its worker longer than it may take: nginx has told its client 503 by then, so it must not be
// carried out any more. nginx says when it passed a request on (REQUEST_PASSED; that it does is proved in kept_connections.test.mjs).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { askOnce } from './fastcgi-client.mjs';
import { stack as openStack } from './stack.mjs';
import { spawnWorker } from './worker-processes.mjs';

let stack;
let folder;
let worker;

before(async () => {
  stack = await openStack();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'late-')); // short: it becomes the path of a unix socket
  worker = await spawnWorker(stack, { socket: path.join(folder, 'socket'), options: { REQUEST_DEADLINE_MS: '4000' } });
});

after(async () => {
  await worker?.stop('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});

// As nginx's $msec has it.
const secondsAgo = (seconds) => (Date.now() / 1000 - seconds).toFixed(3);

async function post(passed) {
  const title = `late ${randomUUID()}`;
  const answer = await askOnce(worker.socket, {
    method: 'POST',
    path: '/notifications',
    contentType: 'application/json',
    token: await stack.token('admin'),
    body: JSON.stringify({ type: 'system', title, message: 'in time or never' }),
    extra: [['REQUEST_ID', randomUUID().replaceAll('-', '')], ['REQUEST_PASSED', passed]],
  });
  const [{ written }] = await stack.sql('select count(*)::int as written from notifications where title = $1', [title]);
  return { status: answer.status, retryAfter: answer.headers['retry-after'], written };
}

describe('a request that waited for its worker', () => {
  test('for less than it may take: is carried out', async () => {
    assert.deepEqual(await post(secondsAgo(0)), { status: 201, retryAfter: undefined, written: 1 });
    assert.deepEqual(await post(secondsAgo(1)), { status: 201, retryAfter: undefined, written: 1 });
  });

  test('for longer: is answered 503, and nothing happens', async () => {
    const { status, retryAfter, written } = await post(secondsAgo(4.5));
    assert.deepEqual([status, written], [503, 0]);
    assert.match(retryAfter, /^[1-9]\d*$/);
  });

  test('nobody knows how long, or by a clock that is ahead: is carried out', async () => {
    for (const passed of ['', '0', 'soon', '1.5', '99999999999999999999999.000', secondsAgo(-60)]) {
      assert.deepEqual([passed, (await post(passed)).status], [passed, 201]);
    }
  });
});
