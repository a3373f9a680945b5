// How the workers come by the issuer's keys, and keep them: acceptance cases 26–29, 31 and 36.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { askOnce } from './fastcgi-client.mjs';
import { assertUnauthorized, assertUnavailable } from './problem-assertions.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { TokenForge, base64url } from './token-forge.mjs';
import { endPool, spawnWorkers, strangersConnectedTo } from './worker-processes.mjs';

const WORKERS = 4;
const CACHE_NAME = `/stockpilot-test-${process.pid}`;
const STRANGERS = 10_000;
const PAUSE_SECONDS = 10; // after a kid that is not in the key set, none is looked for

let stack;
let forge;
let workers; // started by us in place of the stack's
let folder;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'keys-')); // short: it becomes the path of a unix socket
  stack = await startPrivateStack({
    configuration: { JWKS_CACHE_NAME: CACHE_NAME },
    environment: { STOCKPILOT_WORKERS: String(WORKERS) },
  });
  forge = new TokenForge(stack);
});

after(async () => {
  await workers?.stop();
  await stack?.stop();
  fs.rmSync(`/dev/shm${CACHE_NAME}`, { force: true });
  fs.rmSync(folder, { recursive: true, force: true });
});

const control = (method, path) => fetch(new URL(path, stack.issuer), { method }).then((answer) => answer.json());
const rotate = (query = '') => control('POST', `/_test/rotate${query}`);
const keySetAnswers = (mode) => control('POST', `/_test/jwks?mode=${mode}`);
const fetches = async () => (await control('GET', '/_test/fetches')).jwks;
const get = (token) => stack.request('GET', '/users?limit=1', { token });
const provider = () => Number(new URL(stack.issuer).port);
const status = async (token) => (await get(token)).status;
const pidsSince = (start) => new Set(stack.logLines().slice(start)
  .filter((line) => line.event === 'request').map((line) => line.pid));

// As many requests at once as connections: nginx spreads them over the workers.
const together = (count, ask) => Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

test('AC-26 a new key is fetched once, whichever workers meet it', async () => {
  const earlier = forge.token();
  await together(64, async () => assert.equal(await status(earlier), 200)); // connections are open
  const [asked, logged] = [await fetches(), stack.logLines().length];
  await rotate();
  const tokens = Array.from({ length: 64 }, () => forge.token());
  // The provider answers only once a worker has asked, so that the others come meanwhile.
  process.kill(stack.pids.oidc, 'SIGSTOP');
  try {
    const answers = together(64, (index) => get(tokens[index]));
    await until(() => strangersConnectedTo(provider()) > 0, { what: 'a fetch', deadline: 1500 });
    process.kill(stack.pids.oidc, 'SIGCONT');
    for (const answer of await answers) assert.equal(answer.status, 200);
  } finally {
    process.kill(stack.pids.oidc, 'SIGCONT');
  }
  await until(async () => {
    for (const answer of await together(64, () => get(forge.token()))) assert.equal(answer.status, 200);
    return pidsSince(logged).size === WORKERS;
  }, { what: 'an answer by each worker' });
  assert.equal(await fetches(), asked + 1);
  assert.equal(await status(earlier), 200, 'the older key is still published');
});

test('while a worker waits for the key set, the others let in who has a key that is known', async () => {
  const remembered = forge.token();
  await together(64, async () => assert.equal(await status(remembered), 200));
  const fresh = Array.from({ length: 32 }, () => forge.token());
  const asked = await fetches();
  await rotate();
  await keySetAnswers('slow');
  try {
    let waits = true;
    const first = get(forge.token()).finally(() => { waits = false; });
    await until(async () => await fetches() > asked, { what: 'a fetch' });
    // New connections, since that worker takes none: those that nginx has may lead to it.
    const answers = await together(64, (index) => askOnce(stack.socket,
      { path: '/users', query: 'limit=1', token: index % 2 ? remembered : fresh[index / 2] }));
    assert.ok(waits, 'the fetch still hangs');
    assert.deepEqual(answers.filter((answer) => answer.status !== 200), []);
    assertUnavailable(await first, 'who waited for a new key');
    assert.equal(await fetches(), asked + 1);
  } finally {
    await keySetAnswers('ok');
  }
  await until(async () => await status(forge.token()) === 200, { what: 'the new key' });
});

describe('without JWKS_CACHE_NAME', () => {
  let object; // of the shared memory, as a file
  const others = []; // workers, each with a socket of its own

  before(async () => {
    const digest = createHash('sha256').update(`${stack.issuer}\n${stack.jwksUrl}\n${process.geteuid()}`).digest('hex');
    object = `/dev/shm/stockpilot-jwks-${digest.slice(0, 32)}`;
    assert.ok(!fs.existsSync(object));
    const configFile = path.join(folder, 'unnamed.conf');
    const lines = fs.readFileSync(stack.configFile, 'utf8').split('\n');
    fs.writeFileSync(configFile, lines.filter((line) => !line.startsWith('JWKS_CACHE_NAME=')).join('\n'), { mode: 0o600 });
    for (const name of ['one', 'two']) {
      others.push(await spawnWorkers({ ...stack, configFile }, { socket: path.join(folder, `${name}.sock`), count: 1 }));
    }
  });

  after(async () => {
    await Promise.all(others.map((each) => each.stop()));
    if (object) fs.rmSync(object, { force: true });
  });

  const askEach = (token) => Promise.all(others.map(async ({ socket }) =>
    (await askOnce(socket, { path: '/users', query: 'limit=1', token })).status));

  test('workers that know nothing of each other find one cache: one fetch for both, and again after a rotation', async () => {
    const asked = await fetches();
    assert.deepEqual(await askEach(forge.token()), [200, 200]);
    assert.equal(await fetches(), asked + 1);
    await rotate();
    assert.deepEqual(await askEach(forge.token()), [200, 200]);
    assert.equal(await fetches(), asked + 2);
  });

  test('nobody else can open it', () => {
    const { mode, uid } = fs.statSync(object);
    assert.deepEqual([mode & 0o777, uid], [0o600, process.geteuid()]);
  });

  test('it is not the cache that the others were told to use', async () => {
    const asked = await fetches();
    assert.equal(await status(forge.token()), 200);
    assert.equal(await fetches(), asked + 1);
  });
});

test('AC-36 a Proxy header has no say in where the keys are fetched', async () => {
  let calls = 0;
  const trap = net.createServer((socket) => { calls += 1; socket.destroy(); }).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  await rotate();
  const proxy = `http://127.0.0.1:${trap.address().port}/`;
  const answer = await stack.request('GET', '/users', {
    token: forge.token(), headers: { Proxy: proxy, 'Http-Proxy': proxy, 'Https-Proxy': proxy, 'All-Proxy': proxy },
  });
  trap.close();
  assert.deepEqual([answer.status, calls], [200, 0]);
});

for (const mode of ['500', 'slow', 'html', 'huge', 'empty']) {
  test(`AC-28 the key set's address answers ${mode}: the old keys stay, an unknown kid is 503`, async () => {
    const earlier = forge.token();
    assert.equal(await status(earlier), 200);
    const asked = await fetches();
    await rotate();
    await keySetAnswers(mode);
    try {
      assertUnavailable(await get(forge.token()), 'unknown kid');
      assert.equal(await fetches(), asked + 1, 'it was asked');
      assert.equal(await status(earlier), 200, 'remembered');
      assert.equal(await status(forge.sign(earlier.split('.').slice(0, 2).join('.'))), 401, 'the new key does not sign for the old');
      assert.equal((await stack.request('GET', '/readyz')).status, 200);
    } finally {
      await keySetAnswers('ok');
    }
    await until(async () => await status(forge.token()) === 200, { what: 'the new key' });
  });
}

test('AC-31 kill -9 of the worker that fetches: another fetches within a second', async () => {
  const bystanders = await spawnWorkers(stack, { socket: path.join(folder, 'bystanders.sock') });
  await rotate();
  const token = forge.token();
  let ended;
  try {
    const asked = await fetches();
    await keySetAnswers('slow');
    const first = get(token);
    await until(async () => await fetches() > asked, { what: 'a fetch' });
    const others = together(8, () => askOnce(bystanders.socket, { path: '/users', query: 'limit=1', token }));
    assert.equal(await fetches(), asked + 1, 'nobody else fetches meanwhile');

    await keySetAnswers('ok');
    ended = endPool(stack); // whichever worker it is
    await until(async () => await fetches() > asked + 1, { what: 'the next fetch', deadline: 1000 });
    assertUnavailable(await first, 'the request that died with its worker');
    const statuses = (await others).map((answer) => answer.status);
    assert.ok(statuses.includes(200), String(statuses));
    assert.deepEqual(statuses.filter((each) => each !== 200 && each !== 503), []);
    assert.equal(await fetches(), asked + 2);
  } finally {
    await bystanders.stop();
  }
  await ended;
  workers = await spawnWorkers(stack, { count: WORKERS });
  assert.equal(await status(token), 200);
});

test('a key that was withdrawn opens nothing any more, not even with a token that was good before', async () => {
  const earlier = forge.token();
  await together(64, async () => assert.equal(await status(earlier), 200));
  await rotate('?forget=1');
  assert.equal(await status(forge.token()), 200, 'the new key is fetched');
  await together(64, async () => assertUnauthorized(await get(earlier), { sent: true }));
});

test('AC-29 a cold start without a key set: 503 and Retry-After, not ready but alive, until there is one', async () => {
  await workers.stop();
  fs.rmSync(`/dev/shm${CACHE_NAME}`);
  await keySetAnswers('500');
  workers = await spawnWorkers(stack, { count: WORKERS });

  assertUnavailable(await get(forge.token()));
  const ready = await stack.request('GET', '/readyz');
  assert.equal(ready.status, 503);
  assert.equal(ready.json.checks.keySet, 'missing');
  assert.match(ready.headers['retry-after'], /^\d+$/);
  assert.equal((await stack.request('GET', '/healthz')).status, 200);

  await keySetAnswers('ok');
  await until(async () => await status(forge.token()) === 200, { what: 'the key set' });
  assert.equal((await stack.request('GET', '/readyz')).status, 200);
});

// Last, since after a kid that is not there nobody asks for ten seconds.
test(`AC-27 ${STRANGERS} random kids: all 401, a fetch in ten seconds, good tokens unaffected, remembered or new`, async () => {
  const [header, payload] = [forge.header(), base64url(JSON.stringify(forge.payload()))];
  const stranger = () => forge.sign(
    `${base64url(JSON.stringify({ ...header, kid: randomBytes(32).toString('base64') }))}.${payload}`,
    { signature: () => Buffer.alloc(256, 1) });
  const remembered = forge.token();
  // Of a hundred tokens two are good: one that no worker has seen before, and one that they remember.
  const good = { 0: () => forge.token(), 50: () => remembered };
  const asked = await fetches();
  const wrong = [];
  let sent = 0;
  const began = Date.now();
  await together(64, async () => {
    while (sent < STRANGERS) {
      sent += 1;
      const make = good[sent % 100];
      const answer = await get((make ?? stranger)());
      if (answer.status !== (make ? 200 : 401)) wrong.push([sent, answer.status]);
    }
  });
  const seconds = (Date.now() - began) / 1000;
  assert.deepEqual(wrong, []);
  const more = await fetches() - asked;
  assert.ok(more >= 1 && more <= 1 + Math.ceil(seconds / PAUSE_SECONDS), `${more} fetches in ${seconds} s`);
  assert.equal(await status(forge.token()), 200);
});
