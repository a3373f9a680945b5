// Whoever can answer in the issuer's name decides who may sign in: the key set is taken from a server whose certificate
// the host trusts, or not at all.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { askOnce } from './fastcgi-client.mjs';
import { stack as openStack } from './stack.mjs';
import { spawnWorker } from './worker-processes.mjs';

let stack;
let folder;
let keySet; // as the issuer publishes it

before(async () => {
  stack = await openStack();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tls-')); // short: it becomes the path of a unix socket
  keySet = await (await fetch(stack.jwksUrl)).text();
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What a worker says to a good token when it has its keys from this server, and what the server has seen of it. */
async function askWithKeysOf(server, scheme) {
  const seen = { connections: 0, requests: 0 };
  server.on('connection', () => { seen.connections += 1; });
  server.on('request', (request, response) => {
    seen.requests += 1;
    response.setHeader('content-type', 'application/json').end(keySet);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cache = `/stockpilot-test-tls-${process.pid}-${scheme}`;
  const worker = await spawnWorker(stack, {
    socket: path.join(folder, scheme),
    options: { COGNITO_JWKS_URL: `${scheme}://127.0.0.1:${server.address().port}/keys`, JWKS_CACHE_NAME: cache },
  });
  try {
    const { status, headers } = await askOnce(worker.socket, { path: '/users', token: await stack.token('viewer') });
    return { status, retryAfter: headers['retry-after'], seen };
  } finally {
    await worker.stop();
    server.close();
    server.closeAllConnections();
    fs.rmSync(`/dev/shm${cache}`, { force: true });
  }
}

test('a server that nobody vouches for is asked for nothing: 503 and Retry-After', async () => {
  const certificate = (name) => fs.readFileSync(path.join(stack.state, 'tls', name));
  const server = https.createServer({ cert: certificate('server.pem'), key: certificate('server.key') });
  const { status, retryAfter, seen } = await askWithKeysOf(server, 'https');
  assert.equal(status, 503);
  assert.match(retryAfter, /^[1-9]\d*$/);
  assert.deepEqual(seen, { connections: 1, requests: 0 });
});

test('the same keys without TLS, which development may use, are good: it was the certificate', async () => {
  const { status, seen } = await askWithKeysOf(http.createServer(), 'http');
  assert.deepEqual([status, seen.requests], [200, 1]);
});
