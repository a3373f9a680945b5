// The connections that nginx keeps to the workers: it ends them, never a worker, so that no request can
// meet one that has just been closed. For what is lost all the same nothing is tried twice.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { FastcgiPeer } from './fastcgi-peer.mjs';
import { assertUnavailable } from './problem-assertions.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { connectionsOf, endPool, openConnections } from './worker-processes.mjs';

const IDLE_MS = 1000; // keepalive_timeout of the upstream in nginx/stockpilot.conf.in
const BUSY_MS = 5000; // keepalive_time
const MUCH_LATER_MS = 15_000;
const BETWEEN_REQUESTS_MS = 20; // so that keepalive_requests does not end it
const HELD_UP_MS = IDLE_MS / 2; // so long between two requests, and this machine had other things to do
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

let stack;
let agent; // one connection, so one process of nginx, and one of its connections to a worker

before(async () => {
  stack = await startPrivateStack();
  agent = new https.Agent({ ca: fs.readFileSync(stack.caFile), keepAlive: true, maxSockets: 1 });
});

after(async () => {
  agent?.destroy();
  await stack?.stop();
});

const ask = () => stack.request('GET', '/healthz', { agent });
const nobodyConnected = () => until(() => openConnections(stack.socket) === 0,
  { what: 'the end of idle connections', deadline: MUCH_LATER_MS });

// Asked for again when this machine was held up until nginx had ended it.
const firstKept = () => until(async () => {
  await nobodyConnected();
  assert.equal((await ask()).status, 200);
  return connectionsOf(stack.socket)[0];
}, { what: 'a kept connection', deadline: 2 * MUCH_LATER_MS });

test('an idle connection is kept for a while, serves request after request, and is ended by nginx', async () => {
  let last;
  await until(async () => {
    const kept = await firstKept();
    const seen = new Set([kept]);
    for (let count = 0; count < 20; count += 1) {
      last = Date.now();
      assert.equal((await ask()).status, 200);
      connectionsOf(stack.socket).forEach((each) => seen.add(each));
      if (Date.now() - last > HELD_UP_MS) return false;
    }
    assert.deepEqual([...seen], [kept], 'one connection for all');
    return true;
  }, { what: 'twenty requests in quick succession', deadline: 2 * MUCH_LATER_MS });

  await nobodyConnected();
  const idle = Date.now() - last;
  assert.ok(idle > HELD_UP_MS, `closed after ${idle} ms`);
});

// Asks on and on; gives how long the first connection lived, or nothing when there was a pause that ended it.
async function lifeOfBusyConnection() {
  const kept = await firstKept();
  const began = Date.now();
  for (let last = began; Date.now() - last < HELD_UP_MS;) {
    last = Date.now();
    assert.equal((await ask()).status, 200);
    if (!connectionsOf(stack.socket).includes(kept)) return Date.now() - last < HELD_UP_MS ? last - began : undefined;
    assert.ok(last - began < MUCH_LATER_MS, 'it lives on');
    await pause(BETWEEN_REQUESTS_MS);
  }
  return undefined;
}

test('a connection that is never idle is replaced as well, and no request is lost by that', async () => {
  const lived = await until(lifeOfBusyConnection, { what: 'requests without a pause', deadline: 4 * MUCH_LATER_MS });
  assert.ok(lived > BUSY_MS - IDLE_MS, `it lived for ${lived} ms`);
  assert.equal((await ask()).status, 200);
});

describe('nothing is tried twice', () => {
  let peer; // in place of the workers

  before(() => endPool(stack, 'SIGTERM'));
  after(() => peer?.stop());

  const send = async (method) => {
    const token = await stack.token('admin');
    const body = ['GET', 'DELETE'].includes(method) ? {} : { json: { title: 'once' } };
    return stack.request(method, '/notifications', { agent, token, ...body });
  };

  test('without a worker: 503 and Retry-After', async () => {
    for (const method of METHODS) assertUnavailable(await send(method), method);
  });

  describe('by a peer that', () => {
    before(async () => {
      fs.rmSync(stack.socket);
      peer = await FastcgiPeer.listen(stack.socket);
    });

    test('answers is told when it was asked', async () => {
      peer.behave('answer');
      const began = Date.now();
      assert.equal((await ask()).status, 200);
      const passed = peer.requests.at(-1).parameters.get('REQUEST_PASSED');
      assert.match(passed, /^\d+\.\d{3}$/);
      assert.ok(passed * 1000 > began - 1000 && passed * 1000 < Date.now() + 1000, passed);
    });

    for (const method of METHODS) {
      test(`closes a new connection without an answer to ${method}: one attempt, 503 and Retry-After`, async () => {
        const before = peer.requests.length;
        peer.behave('close');
        assertUnavailable(await send(method), method);
        assert.deepEqual(peer.requests.slice(before).map((each) => each.method), [method]);
      });

      // Here nginx would be sure that it was the connection's fault.
      test(`closes a kept connection without an answer to ${method}: one attempt, 503 and Retry-After`, async () => {
        await until(async () => {
          const before = peer.requests.length;
          peer.behave('answer');
          assert.equal((await ask()).status, 200);
          peer.behave('close');
          assertUnavailable(await send(method), method);
          const [kept, ...attempts] = peer.requests.slice(before);
          assert.deepEqual(attempts.map((each) => each.method), [method]);
          return attempts[0].connection === kept.connection; // or it was kept for too short a time
        }, { what: 'a request over a kept connection', deadline: MUCH_LATER_MS });
      });
    }

    test('takes a POST and is silent: one attempt, 503 and Retry-After', async () => {
      const before = peer.requests.length;
      peer.behave('wait');
      assertUnavailable(await send('POST'));
      assert.deepEqual(peer.requests.slice(before).map((each) => each.method), ['POST']);
    });

    test('begins an answer and closes: one attempt', async () => {
      const before = peer.requests.length;
      peer.behave('begin');
      assertUnavailable(await send('PUT'));
      assert.deepEqual(peer.requests.slice(before).map((each) => each.method), ['PUT']);
    });
  });
});
