// FastCGI spoken to a worker directly, as nginx never would: acceptance cases 96 and 47; and what becomes
// of kept connections, of more clients than a worker has room for, and of a worker that is told to stop.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DatabaseSession } from './database-session.mjs';
import {
  ABORT_REQUEST, BEGIN_REQUEST, DATA, END_REQUEST, FastcgiConnection, GET_VALUES, PARAMS, STDIN, STDOUT, askOnce, begin, fourByteLength, nameValue, nameValues, parameters, record, request,
} from './fastcgi-client.mjs';
import { stack as openStack, until } from './stack.mjs';
import { isRunning, openConnections, residentKilobytes, spawnWorker } from './worker-processes.mjs';

const KEPT = 4;
const GROWTH_KILOBYTES = 4096;
const ROUNDS = 20;
const CLOSED_MS = 10_000;

let stack;
let folder;
const workers = [];

before(async () => {
  stack = await openStack();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fcgi-')); // short: it becomes the path of a unix socket
});

after(async () => {
  await Promise.all(workers.filter(({ child }) => child.exitCode === null && child.signalCode === null).map((worker) => worker.stop('SIGKILL')));
  fs.rmSync(folder, { recursive: true, force: true });
});

async function startWorker(options = {}) {
  // What a sanitizer keeps of freed memory would be taken for a leak.
  const sanitizer = process.env.ASAN_OPTIONS
    ? { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64` } : {};
  const worker = await spawnWorker(stack, { socket: path.join(folder, `${workers.length}.sock`), options: { ...sanitizer, ...options } });
  workers.push(worker);
  return worker;
}

async function withDeadline(promise, what, deadline = CLOSED_MS) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${deadline} ms`)), deadline);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// A generator of bytes that are the same in every run (xorshift32).
function noise(seed, length) {
  let state = seed;
  return Buffer.from(Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  }));
}

const endOfParameters = record(PARAMS);
const endOfBody = record(STDIN);
const params = (content) => Buffer.concat([begin(), record(PARAMS, content), endOfParameters, endOfBody]);
const good = parameters();
const lengths = (name, value, content = '') => Buffer.concat([fourByteLength(name), fourByteLength(value), Buffer.from(content)]);
const beginWith = (content, options) => Buffer.concat([record(BEGIN_REQUEST, content, options), record(PARAMS, good), endOfParameters, endOfBody]);
const withLength = (contentLength, body) => Buffer.concat([
  begin(), record(PARAMS, parameters({ method: 'POST', path: '/notifications', contentType: 'application/json', contentLength })), endOfParameters,
  record(STDIN, body), endOfBody,
]);

const manyValues = Buffer.concat(Array.from({ length: 200 }, () => nameValue('FCGI_MAX_CONNS', '')));

const HOSTILE = {
  'nothing at all': () => Buffer.alloc(0),
  'one byte': () => Buffer.of(1),
  'seven bytes of a header': () => begin().subarray(0, 7),
  'a header alone': () => begin().subarray(0, 8),
  'version 0': () => record(BEGIN_REQUEST, Buffer.alloc(8), { version: 0 }),
  'version 2': () => record(BEGIN_REQUEST, Buffer.alloc(8), { version: 2 }),
  'version 255': () => record(BEGIN_REQUEST, Buffer.alloc(8), { version: 255 }),
  'a request to begin with nothing in it': () => beginWith(Buffer.alloc(0)),
  'a request to begin cut short': () => beginWith(Buffer.alloc(7)),
  'a request to begin that is too long': () => beginWith(Buffer.alloc(9)),
  'a request to begin of 65535 bytes': () => beginWith(Buffer.alloc(65535)),
  'request id 0': () => request({ id: 0 }),
  'role 0': () => Buffer.concat([begin({ role: 0 }), record(PARAMS, good), endOfParameters, endOfBody]),
  'the role of an authorizer': () => Buffer.concat([begin({ role: 2 }), record(PARAMS, good), endOfParameters, endOfBody]),
  'the role of a filter': () => Buffer.concat([begin({ role: 3 }), record(PARAMS, good), endOfParameters, endOfBody, record(DATA)]),
  'role 65535': () => Buffer.concat([begin({ role: 65535 }), record(PARAMS, good), endOfParameters, endOfBody]),
  'begun twice': () => Buffer.concat([begin(), request()]),
  'parameters of nothing begun': () => Buffer.concat([record(PARAMS, good), endOfParameters, endOfBody]),
  'a body of nothing begun': () => Buffer.concat([record(STDIN, Buffer.from('x')), endOfBody]),
  'the end of nothing begun': () => record(END_REQUEST, Buffer.alloc(8)),
  'output from the client': () => record(STDOUT, Buffer.from('Status: 200\r\n\r\n')),
  'record type 0': () => Buffer.concat([begin(), record(0)]),
  'record type 255': () => Buffer.concat([begin(), record(255, Buffer.alloc(100))]),
  'a body instead of parameters': () => Buffer.concat([begin(), record(STDIN, Buffer.from('x')), endOfBody]),
  'parameters never ended': () => Buffer.concat([begin(), record(PARAMS, good)]),
  'content that does not come': () => Buffer.concat([begin(), record(PARAMS, good, { length: 65535 })]),
  'padding that does not come': () => Buffer.concat([begin(), record(PARAMS, good, { padding: 255 })]),
  'both lengths 2^31-1': () => params(lengths(0x7fffffff, 0x7fffffff, 'AB')),
  'a name of 2^31-1': () => params(lengths(0x7fffffff, 1, 'AB')),
  'a value of 2^31-1': () => params(lengths(1, 0x7fffffff, 'AB')),
  'a value of 2^31-3: with the name, 2^31': () => params(lengths(2, 0x7ffffffe, 'ABCD')),
  'a value of 1 GB': () => params(lengths(1, 1 << 30, 'AB')),
  'a name of 60 kB and a value that is not there': () => params(lengths(60_000, 60_000, 'A'.repeat(60_000))),
  'a length cut in the middle': () => params(Buffer.of(0x80, 0)),
  'a name without its value': () => params(Buffer.of(3, 200, 65, 66, 67)),
  'no name and no value, ten thousand times': () => params(Buffer.alloc(20_000)),
  'parameters that leave out everything': () => params(nameValue('GATEWAY_INTERFACE', 'CGI/1.1')),
  'a method of 60 kB': () => params(nameValues([['REQUEST_METHOD', 'G'.repeat(60_000)], ['PATH_INFO', '/healthz'], ['REQUEST_URI', '/healthz']])),
  'a path with NUL': () => params(nameValues([['REQUEST_METHOD', 'GET'], ['PATH_INFO', '/users\0x'], ['REQUEST_URI', '/users\0x']])),
  'given up among the parameters': () => Buffer.concat([begin(), record(PARAMS, good), record(ABORT_REQUEST)]),
  'given up within the body': () => Buffer.concat([begin(), record(PARAMS, parameters({ method: 'POST', path: '/notifications', contentLength: 10 })), endOfParameters,
    record(STDIN, Buffer.from('{"a"')), record(ABORT_REQUEST), endOfBody]),
  'a body shorter than announced': () => withLength(10, '{}'),
  'a body longer than announced': () => withLength(1, '{}'),
  'a body never ended': () => withLength(2, '{}').subarray(0, -8),
  'a body without announcement': () => withLength(0, 'x'.repeat(1000)),
  'a length below 0': () => withLength('-1', '{}'),
  'a length that is none': () => withLength('2x', '{}'),
  'a length of 2^63': () => withLength('9223372036854775808', '{}'),
  'a length of 2^64 + 2': () => withLength('18446744073709551618', '{}'),
  'a length of 1 GB': () => withLength(1 << 30, '{}'),
  'another request while one is being read': () => Buffer.concat([begin({ id: 1 }), request({ id: 2 })]),
  'a name longer than its record': () => Buffer.concat([begin(), record(PARAMS, lengths(100_000, 1, 'A'.repeat(1000))), endOfParameters, endOfBody]),
  'a question for values': () => record(GET_VALUES, nameValue('FCGI_MAX_CONNS', ''), { id: 0 }),
  'the same question 200 times': () => record(GET_VALUES, manyValues, { id: 0 }),
  'a question with a length of 2^31': () => record(GET_VALUES, lengths(2, 0x7ffffffe, 'AB'), { id: 0 }),
  'a management record nobody knows': () => record(77, Buffer.alloc(5), { id: 0 }),
  'the question 200 times among the parameters': () => Buffer.concat([begin(), record(GET_VALUES, manyValues, { id: 0 }), record(PARAMS, good), endOfParameters, endOfBody]),
  'the question 200 times within a body': () => Buffer.concat([
    begin(), record(PARAMS, parameters({ method: 'POST', path: '/notifications', contentLength: 4 })), endOfParameters,
    record(STDIN, Buffer.from('{}')), record(GET_VALUES, manyValues, { id: 0 }), record(STDIN, Buffer.from('  ')), endOfBody]),
  'another request behind the first, at once': () => Buffer.concat([request({ path: '/users' }), request({ path: '/users' })]),
  'an HTTP request': () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  'a TLS greeting': () => Buffer.from('160301020001000001fc0303', 'hex'),
  ...Object.fromEntries(Array.from({ length: 16 }, (_, seed) => [`noise ${seed}`, () => noise(seed + 1, 4096)])),
  ...Object.fromEntries(Array.from({ length: 16 }, (_, seed) => [`noise ${seed} as parameters`, () => params(noise(seed + 1, 2048))])),
  ...Object.fromEntries([8, 9, 16, 17, 24, 40, 80].map((cut) => [`a good request cut after ${cut} bytes`, () => request().subarray(0, cut)])),
};

// Sends it and nothing more; gives what came back before the worker closed the connection.
async function sendAndEnd(socket, bytes, what) {
  const connection = await FastcgiConnection.open(socket);
  const answers = [];
  connection.onAnswer = (answer) => answers.push(answer);
  connection.send(bytes);
  connection.end();
  await withDeadline(connection.closed, what);
  return { answers, management: connection.management };
}

describe('AC-96 hostile records', () => {
  let worker;
  before(async () => { worker = await startWorker(); });

  for (const [what, bytes] of Object.entries(HOSTILE)) {
    test(`${what}: no success, the connection ends, the worker goes on`, async () => {
      const { answers, management } = await sendAndEnd(worker.socket, bytes(), what);
      assert.deepEqual(answers.filter(({ status }) => status >= 200 && status < 300), []);
      assert.deepEqual(management, []);
      assert.equal((await withDeadline(askOnce(worker.socket), 'the next request')).status, 200);
    });
  }

  test('a good request, byte by byte, is answered', async () => {
    const connection = await FastcgiConnection.open(worker.socket);
    for (const byte of request()) connection.send(Buffer.of(byte));
    assert.equal((await withDeadline(connection.answer(), 'the answer')).status, 200);
    connection.destroy();
  });

  test('a peer that stops in the middle of a record is cut off, and whoever waited is answered', async () => {
    const stalled = await FastcgiConnection.open(worker.socket);
    stalled.send(request().subarray(0, 40));
    const waiting = askOnce(worker.socket);
    await withDeadline(stalled.closed, 'the end of the stalled one');
    assert.equal((await withDeadline(waiting, 'the one that waited')).status, 200);
  });

  test('all of it over and over: memory as before, no connection left, the same process', async () => {
    const cases = Object.entries(HOSTILE);
    const round = () => Promise.all(cases.map(([what, bytes]) => sendAndEnd(worker.socket, bytes(), what)));
    await round();
    const memory = residentKilobytes(worker.pid);
    for (let count = 0; count < ROUNDS; count += 1) await round();
    assert.equal((await askOnce(worker.socket)).status, 200);
    const growth = residentKilobytes(worker.pid) - memory;
    assert.ok(growth < GROWTH_KILOBYTES, `${growth} kB more`);
    await until(() => openConnections(worker.socket) === 0, { what: 'the end of all connections' });
    assert.ok(isRunning(worker.pid));
  });
});

test('AC-47 a body shorter or longer than announced: no answer, and nothing is written', async () => {
  const worker = await startWorker();
  const token = await stack.token('admin');
  const title = `fastcgi ${randomUUID()}`;
  const body = JSON.stringify({ type: 'system', title, message: 'must not be there' });
  const post = (contentLength) => ({
    method: 'POST', path: '/notifications', contentType: 'application/json', token, body, contentLength,
    extra: [['REQUEST_ID', randomUUID().replaceAll('-', '')]],
  });
  const written = async () => (await stack.sql('select count(*)::int as n from notifications where title = $1', [title]))[0].n;
  for (const contentLength of [body.length + 1, body.length + 1000, body.length - 1, 1, 0]) {
    const { answers } = await sendAndEnd(worker.socket, request(post(contentLength)), String(contentLength));
    assert.deepEqual(answers, [], String(contentLength));
    assert.equal(await written(), 0);
  }
  assert.equal((await askOnce(worker.socket, post(body.length))).status, 201);
  assert.equal(await written(), 1);
});

describe('kept connections', () => {
  test('more clients than one worker keeps connections: each is answered', async () => {
    const worker = await startWorker({ MAX_KEPT_CONNECTIONS: String(KEPT) });
    const ask = async () => assert.equal((await askOnce(worker.socket)).status, 200);
    await withDeadline(Promise.all(Array.from({ length: 12 * KEPT }, ask)), 'all answers');
  });

  test('idle connections keep nobody out for longer than they are there', async () => {
    const worker = await startWorker({ MAX_KEPT_CONNECTIONS: String(KEPT) });
    const idle = await Promise.all(Array.from({ length: KEPT }, () => FastcgiConnection.open(worker.socket)));
    for (const connection of idle) assert.equal((await connection.ask()).status, 200);
    const late = askOnce(worker.socket);
    for (const connection of idle) assert.equal((await connection.ask()).status, 200, 'the kept ones go on');
    idle[0].end();
    assert.equal((await withDeadline(late, 'the one that waited')).status, 200);
    idle.forEach((connection) => connection.destroy());
  });

  test('through nginx: 300 clients at once, each is answered', async () => {
    const agent = new https.Agent({ ca: fs.readFileSync(stack.caFile), keepAlive: true, maxSockets: Infinity });
    const headers = { authorization: `Bearer ${await stack.token('viewer')}` };
    const ask = () => new Promise((resolve, reject) => {
      https.get(new URL('/products?limit=5', stack.url), { agent, headers, timeout: 30_000 }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      }).on('error', reject).on('timeout', () => reject(new Error('no answer')));
    });
    for (let round = 0; round < 3; round += 1) {
      const statuses = await Promise.all(Array.from({ length: 300 }, ask));
      assert.deepEqual(statuses.filter((status) => status !== 200), []);
    }
    agent.destroy();
  });
});

describe('a worker that is told to stop', () => {
  test('finishes the request that runs and those on kept connections, takes no new ones, and exits with 0', async () => {
    // Time enough to see the request wait, however busy this machine is.
    const worker = await startWorker({
      REQUEST_DEADLINE_MS: '4500',
      DATABASE_URL: `${stack.databaseUrl}&options=-c%20lock_timeout%3D4s%20-c%20statement_timeout%3D4s`,
    });
    const token = await stack.token('admin');
    const kept = await FastcgiConnection.open(worker.socket);
    assert.equal((await kept.ask({ path: '/users', token })).status, 200);
    const locked = new DatabaseSession(stack.adminDatabaseUrl);
    await locked.run('begin; lock table expense_by_category in access exclusive mode');
    const running = FastcgiConnection.open(worker.socket).then((connection) => connection.ask({ path: '/expenses', token, keep: false }));
    await until(async () => (await stack.sql(
      "select 1 from pg_stat_activity where usename = 'stockpilot_app' and wait_event_type = 'Lock'")).length > 0, { what: 'the lock to be waited for' });
    worker.child.kill('SIGTERM');
    await locked.end();
    assert.equal((await withDeadline(running, 'the running request')).status, 200);

    assert.equal((await withDeadline(kept.ask({ path: '/users', token }), 'the kept connection')).status, 200);
    const refused = FastcgiConnection.open(worker.socket).catch(() => undefined); // the worker may be gone before
    kept.end();
    assert.deepEqual(await withDeadline(worker.ended, 'its end'), [0, null]);
    (await refused)?.destroy();
  });

  test('without a connection is gone at once', async () => {
    const worker = await startWorker();
    assert.equal((await askOnce(worker.socket)).status, 200);
    assert.deepEqual(await withDeadline(worker.stop(), 'its end', 2000), [0, null]);
  });
});
