// GET /metrics: what all workers together have done, for Prometheus on this host; and what a slow request leaves behind.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { lockOf, someoneWaits, whileHolding } from './database-session.mjs';
import { FastcgiConnection, askOnce } from './fastcgi-client.mjs';
import { Metrics, ctl, metricsOf, poolStatus, servingPids, untilServing } from './pool.mjs';
import { assertProblem } from './problem-assertions.mjs';
import { createProduct, productAddress } from './records.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { gone } from './worker-processes.mjs';

const WORKERS = 3;
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const LOCK_MS = 200;
const REPLACEMENTS = 'stockpilot_worker_replacements_total';
const FAMILIES = [
  'stockpilot_request_duration_seconds', 'stockpilot_database_wait_seconds', 'stockpilot_token_checks_total', 'stockpilot_key_set_fetches_total',
  'stockpilot_database_connects_total', 'stockpilot_database_connections_lost_total', 'stockpilot_connections_passed_on_total',
  'stockpilot_worker_starts_total', REPLACEMENTS, 'stockpilot_workers', 'stockpilot_database_connections', 'stockpilot_connections',
  'stockpilot_worker_memory_bytes', 'stockpilot_pool_workers_wanted', 'stockpilot_pool_workers_minimum', 'stockpilot_pool_workers_maximum',
  'stockpilot_pool_quick_deaths', 'stockpilot_pool_reloads_total',
];

let stack;
let token;

before(async () => {
  stack = await startPrivateStack({ configuration: { SLOW_REQUEST_MS: '50' }, environment: { STOCKPILOT_WORKERS: String(WORKERS) } });
  token = await stack.token('admin');
});

after(() => stack?.stop());

const asked = (headers = {}, method = 'GET') => stack.request(method, '/metrics', { headers });
const direct = (options) => askOnce(stack.socket, { path: '/metrics', ...options });

// Runs the action and gives what it added to the sum of those series.
async function added(action, name, labels) {
  const earlier = (await metricsOf(stack)).sum(name, labels);
  await action();
  return (await metricsOf(stack)).sum(name, labels) - earlier;
}

describe('who may ask, and how', () => {
  test('Prometheus is answered in the text format, whole and strict', async () => {
    const answer = await asked({ accept: 'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-type'], TYPE);
    assert.equal(answer.headers['cache-control'], 'no-store');
    const { samples } = new Metrics(answer.text);
    const told = new Set([...answer.text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    assert.deepEqual(FAMILIES.filter((name) => !told.has(name)), []);
    assert.ok(samples.every(({ name }) => name.startsWith('stockpilot_')));
  });

  for (const accept of [undefined, '*/*', 'text/plain', 'text/*', 'text/plain;version=0.0.4']) {
    test(`Accept: ${accept}: 200`, async () => assert.equal((await asked(accept ? { accept } : {})).status, 200));
  }

  for (const accept of ['application/json', 'text/html', 'text/plain;q=0']) {
    test(`Accept: ${accept}: 406`, async () => assertProblem(await asked({ accept }), 406));
  }

  test('HEAD has the same headers and no body; other methods are 405', async () => {
    const answer = await asked({}, 'HEAD');
    assert.deepEqual([answer.status, answer.headers['content-type'], answer.text], [200, TYPE, '']);
    for (const method of ['POST', 'PUT', 'DELETE']) assertProblem(await asked({}, method), 405);
  });

  test('from this host: 200', async () => {
    for (const remote of ['127.0.0.1', '127.8.9.1', '::1']) assert.equal((await direct({ remote })).status, 200, remote);
  });

  test('from elsewhere: 404, as for an address where nothing is', async () => {
    const seen = async (options) => {
      const { status, headers, body } = await direct(options);
      const { requestId, ...problem } = JSON.parse(body);
      return { status, type: headers['content-type'], problem };
    };
    const nothing = await seen({ path: '/nothing', remote: '192.0.2.7' });
    assert.equal(nothing.status, 404);
    for (const remote of ['192.0.2.7', '10.0.0.1', '128.0.0.1', '12.7.0.0', '::', '::2', '2001:db8::1', '']) {
      for (const more of [{}, { token }, { extra: [['HTTP_X_FORWARDED_FOR', '127.0.0.1']] }]) {
        assert.deepEqual(await seen({ remote, ...more }), nothing, remote);
      }
    }
  });
});

describe('requests', () => {
  const product = randomUUID();
  // [method, path, options, status, route]
  const sent = [
    ['GET', '/healthz', {}, 200, '/healthz'],
    ['HEAD', '/healthz', {}, 200, '/healthz'],
    ['GET', '/users?limit=1', {}, 401, '/users'],
    ['GET', '/users?limit=1', { good: true }, 200, '/users'],
    ['GET', `/products/${product}`, { good: true }, 404, '/products/{productId}'],
    ['POST', '/products', { good: true, json: {} }, 422, '/products'],
    ['POST', '/products', { good: true, headers: { 'content-type': 'text/plain' }, body: 'x' }, 415, '/products'],
    ['GET', '/nowhere', {}, 404, 'unmatched'],
    ['DELETE', '/dashboard', {}, 405, 'unmatched'],
  ];

  test('are counted by method, route and status, all workers together, each once', async () => {
    const rounds = 12;
    const [earlier, workers] = [await metricsOf(stack), (await poolStatus(stack)).workers];
    await Promise.all(Array.from({ length: rounds }, async () => {
      for (const [method, target, { good, ...options }, status] of sent) {
        const answer = await stack.request(method, target, { ...options, ...(good ? { token } : {}) });
        assert.equal(answer.status, status, `${method} ${target}: ${answer.text}`);
      }
    }));
    // A worker counts once its answer is out.
    const total = rounds * sent.length;
    const later = await until(async () => {
      const now = await metricsOf(stack);
      return now.requests() - earlier.requests() >= total && now;
    }, { what: 'the last count' });
    assert.equal(later.requests() - earlier.requests(), total);
    for (const [route, status] of new Set(sent.map(([, , , code, name]) => `${name} ${code}`).map((pair) => pair.split(' ')))) {
      const many = sent.filter(([, , , code, name]) => name === route && String(code) === status).length;
      assert.equal(later.requests({ route, status }) - earlier.requests({ route, status }), rounds * many, `${route} ${status}`);
    }
    assert.equal(later.requests({ method: 'POST' }) - earlier.requests({ method: 'POST' }), 2 * rounds);
    const more = (await poolStatus(stack)).workers.map(({ pid, requests }) => requests - (workers.find((worker) => worker.pid === pid)?.requests ?? 0));
    assert.ok(more.filter((count) => count > 0).length > 1, `more than one worker had a share: ${more}`);
  });

  test('nothing of what a client sends becomes part of it, and no secret', async () => {
    const marks = ['markedPath', 'markedSearch', 'markedToken', 'MARKED'];
    await stack.request('GET', `/${marks[0]}"\\`, {});
    await stack.request('GET', `/products?search=${marks[1]}`, { token });
    await stack.request('GET', '/users', { token: marks[2] });
    await askOnce(stack.socket, { method: marks[3], path: '/users' });
    await askOnce(stack.socket, { path: `/users\n# ${marks[0]}` });
    const { text } = await asked();
    const passwords = [stack.databaseUrl, stack.ownerDatabaseUrl, stack.adminDatabaseUrl].map((url) => /:([^:@/]+)@/.exec(url)?.[1]).filter(Boolean);
    assert.ok(passwords.length > 0);
    for (const secret of [...marks, ...passwords, token, stack.password, 'postgresql', 'admin', stack.user('admin').sub, stack.socket]) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  test('a worker that dies takes no counts with it, nor does a reload or a pool that is started anew', async () => {
    const settled = async () => {
      await until(async () => (await poolStatus(stack)).workers.every(({ state }) => state === 'idle'), { what: 'rest' });
      return (await metricsOf(stack)).requests();
    };
    await Promise.all(Array.from({ length: 30 }, () => stack.request('GET', '/healthz')));
    const counted = await settled();
    const [victim] = await servingPids(stack);
    assert.equal(await added(async () => {
      process.kill(victim, 'SIGKILL');
      await gone([victim]);
      await untilServing(stack, WORKERS);
    }, REPLACEMENTS, { reason: 'crashed' }), 1);
    assert.equal(await settled(), counted);
    assert.equal(await added(async () => {
      assert.equal((await ctl(stack, 'reload')).code, 0);
    }, REPLACEMENTS, { reason: 'reload' }), WORKERS);
    assert.equal(await settled(), counted);
    process.kill(stack.pids.pool, 'SIGTERM');
    await gone([stack.pids.pool], 40_000);
    await stack.dev('up');
    stack.reread();
    await untilServing(stack, WORKERS);
    assert.ok(await settled() >= counted); // ./dev up asks for itself whether all is ready
  });
});

describe('what else is counted', () => {
  test('workers by state, as stockpilotctl status has them, and how many are wanted', async () => {
    const status = await until(async () => {
      const now = await poolStatus(stack);
      return now.well && now.workers.every(({ state }) => state === 'idle') && now;
    }, { what: 'rest' });
    const metrics = await metricsOf(stack);
    const state = (name) => metrics.sum('stockpilot_workers', { state: name });
    // The one that answers is busy with this.
    assert.deepEqual(['starting', 'idle', 'busy', 'draining'].map(state), [0, WORKERS - 1, 1, 0]);
    assert.equal(metrics.sum('stockpilot_pool_workers_wanted'), WORKERS);
    assert.equal(metrics.sum('stockpilot_database_connections', { state: 'connected' }), WORKERS);
    const kilobytes = status.workers.reduce((sum, { memoryKb }) => sum + memoryKb, 0);
    assert.ok(Math.abs(metrics.sum('stockpilot_worker_memory_bytes') / 1024 - kilobytes) < kilobytes / 2);
  });

  test('starts, reloads, and why workers went', async () => {
    const counts = async () => {
      const metrics = await metricsOf(stack);
      return [metrics.sum('stockpilot_worker_starts_total'), metrics.sum('stockpilot_pool_reloads_total'), metrics.sum('stockpilot_pool_workers_wanted'),
        ...['scaled_down', 'reload', 'crashed', 'stuck', 'requests', 'memory'].map((reason) => metrics.sum(REPLACEMENTS, { reason }))];
    };
    const earlier = await counts();
    await ctl(stack, 'scale', String(WORKERS + 2));
    await ctl(stack, 'scale', String(WORKERS));
    await ctl(stack, 'reload');
    const later = await counts();
    assert.deepEqual(later.map((count, index) => count - earlier[index]), [2 + WORKERS, 1, 0, 2, WORKERS, 0, 0, 0, 0]);
  });

  test('tokens: verified, remembered, refused', async () => {
    const fresh = await stack.token('staff');
    assert.equal((await ctl(stack, 'reload')).code, 0); // nobody remembers any
    const connection = await FastcgiConnection.open(stack.socket); // one worker's
    const results = async () => {
      const metrics = await metricsOf(stack);
      return ['verified', 'remembered', 'refused'].map((result) => metrics.sum('stockpilot_token_checks_total', { result }));
    };
    const earlier = await results();
    for (let count = 0; count < 4; count += 1) assert.equal((await connection.ask({ path: '/users', query: 'limit=1', token: fresh })).status, 200);
    for (let count = 0; count < 3; count += 1) assert.equal((await connection.ask({ path: '/users', token: 'a.b.c' })).status, 401);
    connection.destroy();
    assert.deepEqual((await results()).map((count, index) => count - earlier[index]), [1, 3, 3]);
    assert.ok((await metricsOf(stack)).sum('stockpilot_key_set_fetches_total', { result: 'fetched' }) >= 1);
  });

  test('the database: a lost connection, a new one, and each exchange', async () => {
    const get = async () => (await stack.request('GET', '/users?limit=1', { token })).status;
    assert.ok(await added(async () => { for (let count = 0; count < 10; count += 1) assert.equal(await get(), 200); }, 'stockpilot_database_wait_seconds_count') >= 10);
    const connects = async () => (await metricsOf(stack)).sum('stockpilot_database_connects_total', { result: 'connected' });
    const earlier = await connects();
    const lost = await added(async () => {
      await stack.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'stockpilot_app'");
      await until(async () => {
        await Promise.all(Array.from({ length: 4 }, get)); // 503 for who was at it when it ended
        return await connects() - earlier === WORKERS;
      }, { what: 'a new connection of each worker', deadline: 20_000 });
    }, 'stockpilot_database_connections_lost_total');
    assert.equal(lost, WORKERS);
  });
});

test('a slow request: a warning in the log, and its time in the histogram', async () => {
  const product = await createProduct({}, stack);
  const bucket = async (le) => (await metricsOf(stack)).sum('stockpilot_request_duration_seconds_bucket', { method: 'PATCH', route: '/products/{productId}', status: '200', le });
  const [quick, all] = [await bucket('0.1'), await bucket('+Inf')];
  let answer;
  await whileHolding(stack, lockOf(product), async () => {
    answer = stack.request('PATCH', productAddress(product), { token, json: { price: 12 } });
    await until(() => someoneWaits(stack), { what: 'the lock to be waited for' });
    await pause(LOCK_MS);
  });
  const { status, headers } = await answer;
  assert.equal(status, 200);
  const line = await until(() => stack.logLines().find(({ event, request_id: id }) => event === 'request' && id === headers['x-request-id']), { what: 'its line' });
  assert.deepEqual([line.level, line.slow, line.route, line.status], ['warning', 'yes', '/products/{productId}', 200]);
  assert.ok(line.duration_us >= LOCK_MS * 1000, String(line.duration_us));
  await until(async () => await bucket('+Inf') === all + 1, { what: 'its count' });
  assert.equal(await bucket('0.1'), quick, 'not among the quick ones');

  const swift = await stack.request('GET', '/healthz');
  const other = await until(() => stack.logLines().find(({ event, request_id: id }) => event === 'request' && id === swift.headers['x-request-id']), { what: 'its line' });
  assert.deepEqual([other.level, other.slow], ['info', undefined]);
});
