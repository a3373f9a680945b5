// Workers that die, die again and again, hang, are stopped, grow or run out of descriptors, and workers and pools that
// are told to end: acceptance cases 89, 91, 94, 95 and 97.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { lockOf, someoneWaits, whileHolding } from './database-session.mjs';
import { FastcgiConnection, askOnce, request } from './fastcgi-client.mjs';
import { assertNothingFails, underLoad } from './load.mjs';
import { ctl, metricsOf, poolStatus, servingPids, startPool, untilServing } from './pool.mjs';
import { createProduct, productAddress, unique } from './records.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { endPool, gone, isRunning, openConnections, spawnWorker } from './worker-processes.mjs';

const WORKERS = 6;
const KILLS = 5;
const CALM_MS = 10_000; // a worker that lived so long did not die of its start
const HARD_LIMIT_MS = 5000;
const REPLACED_MS = 1000;
const MANY = 10_000;
const HALF_LEFT = 40; // bytes of a request
const GROWTH_KILOBYTES = 1024;

// What a sanitizer keeps of freed memory would be taken for growth.
const SANITIZER = process.env.ASAN_OPTIONS
  ? { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64` } : {};

let stack;
let folder;
let token;
let patient; // options of a worker whose requests wait for a lock until they are over

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fail-')); // short: it becomes the path of a unix socket
  stack = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: String(WORKERS) } });
  token = await stack.token('admin');
  patient = {
    REQUEST_DEADLINE_MS: '4500',
    DATABASE_URL: `${stack.databaseUrl}&options=-c%20lock_timeout%3D4s%20-c%20statement_timeout%3D4s`,
  };
});

after(async () => {
  await stack?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const pools = [];
async function start(name, options = {}) {
  const pool = await startPool(stack, { name, socket: path.join(folder, name), ...options });
  pools.push(pool);
  return pool;
}
after(() => Promise.all(pools.filter(({ pid }) => isRunning(pid)).map((pool) => pool.stop('SIGKILL'))));

const newId = () => randomUUID().replaceAll('-', '');
const post = (title, id = newId()) => ({
  method: 'POST', path: '/notifications', contentType: 'application/json', token,
  body: JSON.stringify({ type: 'system', title, message: 'once or never' }), extra: [['REQUEST_ID', id]],
});
const patch = ({ socket }, product, id) => askOnce(socket, {
  method: 'PATCH', path: productAddress(product), contentType: 'application/json', token, body: '{"price":12}', extra: [['REQUEST_ID', id]],
});
const written = async (title) => (await stack.sql('select count(*)::int as n from notifications where title = $1', [title]))[0].n;

const hasRequest = (worker, requestId) => worker.state === 'busy' && worker.requestId === requestId;
const workerWith = (pool, requestId) => until(async () =>
  (await poolStatus(pool)).workers.find((worker) => hasRequest(worker, requestId)), { what: 'the worker with that request' });

test('workers that end at once are started again and again, ever more rarely, until one stays', async () => {
  const script = path.join(folder, 'worker');
  const install = (text) => {
    fs.writeFileSync(`${script}.new`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    fs.renameSync(`${script}.new`, script);
  };
  install('exit 7');
  const pool = await start('crashing', { parameters: ['--workers', '1', '--worker', script] });
  const status = await until(async () => {
    const now = await poolStatus(pool);
    return now.pool.quickDeaths >= 6 && now;
  }, { what: 'six deaths', deadline: 20_000 });
  assert.equal(status.well, false);
  assert.ok(status.findings.some((finding) => /^Workers end soon after their start\b.*\bexit status 7\b.* started in \d/.test(finding)), status.findings.join());
  assert.match((await ctl(pool, 'status')).stdout, /^! Workers end soon after their start/m);

  const deaths = pool.lines('worker_crashed');
  assert.deepEqual([...new Set(deaths.map(({ how }) => how))], ['exit status 7']);
  const times = deaths.map(({ time }) => Date.parse(time));
  const pauses = times.slice(1, 6).map((time, index) => time - times[index]);
  pauses.forEach((each, index) => assert.ok(each >= 100 * 2 ** index - 5, `${pauses}`));
  assert.ok(isRunning(pool.pid));

  install(`exec ${stack.build}/stockpilot-api "$@"`);
  const { pool: { pid } } = await untilServing(pool, 1, 20_000); // nobody tells the pool
  assert.equal(pid, pool.pid);
  assert.equal((await askOnce(pool.socket)).status, 200);
  assert.deepEqual(await pool.stop(), [0, null]);
});

describe('workers that are stopped', () => {
  let pool;
  before(async () => {
    pool = await start('stopped', { options: { WORKER_HARD_LIMIT_MS: String(HARD_LIMIT_MS), ...patient }, parameters: ['--workers', '4'] });
    await untilServing(pool, 4);
  });
  after(async () => assert.deepEqual(await pool.stop(), [0, null]));

  test('a busy and an idle one are killed after the limit and replaced, one that goes on before lives, the others serve', async () => {
    const product = await createProduct({}, stack);
    const id = newId();
    let answer;
    const busy = await whileHolding(stack, lockOf(product), async () => {
      answer = patch(pool, product, id).then(({ status }) => status, () => 'closed');
      const { pid } = await workerWith(pool, id);
      process.kill(pid, 'SIGSTOP');
      return pid;
    });
    const [idle, resumed] = (await servingPids(pool)).filter((pid) => pid !== busy);
    const stopped = Date.now();
    for (const pid of [idle, resumed]) process.kill(pid, 'SIGSTOP');

    const status = await until(async () => {
      const now = await poolStatus(pool);
      return now.workers.filter(({ state }) => state === 'stopped').length === 3 && now;
    }, { what: 'three stopped workers' });
    assert.equal(status.well, false);
    for (const pid of [busy, idle, resumed]) {
      assert.ok(status.findings.some((finding) => finding.includes(`Worker ${pid} was stopped by a signal; kill -CONT ${pid} `)), status.findings.join());
    }
    const ask = async () => assert.equal((await askOnce(pool.socket, { path: '/users', query: 'limit=1', token })).status, 200);
    for (let count = 0; count < 40; count += 1) await ask();
    await Promise.all(Array.from({ length: 20 }, ask));
    process.kill(resumed, 'SIGCONT');

    await until(() => !isRunning(busy) && !isRunning(idle), { what: 'their end', deadline: 4 * HARD_LIMIT_MS });
    assert.ok(Date.now() - stopped >= HARD_LIMIT_MS - 1000, 'not before the limit'); // it may have shown itself last a second before
    const recovered = await untilServing(pool, 4);
    assert.ok(recovered.workers.some(({ pid, state }) => pid === resumed && state === 'idle'), 'the one that went on');
    assert.equal(await answer, 'closed');
    await ask();
    const stuck = pool.lines('worker_stuck');
    const line = (pid) => stuck.filter(({ worker }) => worker === pid).map(({ level, state, route, request_id: request }) => ({ level, state, route, request }));
    assert.deepEqual(line(busy), [{ level: 'error', state: 'stopped', route: 'PATCH /products/{productId}', request: id }]);
    assert.deepEqual(line(idle), [{ level: 'error', state: 'stopped', route: undefined, request: undefined }]);
    assert.equal(stuck.length, 2);
    stuck.forEach(({ silent_ms: silent }) => assert.ok(silent > HARD_LIMIT_MS && silent < 2 * HARD_LIMIT_MS, String(silent)));
    assert.deepEqual(pool.lines('worker_crashed'), [], 'each is logged once');
    assert.equal(pool.lines('worker_continued').filter(({ worker }) => worker === resumed).length, 1);
  });

  test('a busy one that goes on before the limit answers its request', async () => {
    const product = await createProduct({}, stack);
    const id = newId();
    let answer;
    const pid = await whileHolding(stack, lockOf(product), async () => {
      answer = patch(pool, product, id);
      const worker = await workerWith(pool, id);
      process.kill(worker.pid, 'SIGSTOP');
      return worker.pid;
    });
    await until(async () => (await poolStatus(pool)).workers.some((worker) => worker.pid === pid && worker.state === 'stopped'), { what: 'it to be stopped' });
    process.kill(pid, 'SIGCONT');
    assert.equal((await answer).status, 200);
    assert.ok((await servingPids(pool)).includes(pid));
  });
});

describe('AC-89 a worker is killed', () => {
  const crashes = () => stack.logLines().filter(({ event }) => event === 'worker_crashed');

  test('under load, five times: in all no more lost requests than kills, replaced within a second, no count lost', async () => {
    await until(async () => (await poolStatus(stack)).workers.every(({ ageMs }) => ageMs > CALM_MS), { what: 'workers of that age', deadline: 2 * CALM_MS });
    const victims = (await servingPids(stack)).slice(0, KILLS);
    const earlier = await metricsOf(stack);
    const counts = [earlier.requests()];
    const load = await underLoad(stack, { clients: 4 }, async (running) => {
      for (const victim of victims) {
        await running.answers(100);
        process.kill(victim, 'SIGKILL');
        const began = Date.now();
        const status = await until(async () => {
          const now = await poolStatus(stack);
          return now.workers.filter(({ state, pid }) => state !== 'starting' && pid !== victim).length === WORKERS && now;
        }, { what: 'another in its place' });
        assert.ok(Date.now() - began < REPLACED_MS, `after ${Date.now() - began} ms`);
        assert.equal(status.pool.pid, stack.pids.pool);
        counts.push((await metricsOf(stack)).requests());
      }
    });
    assert.ok(load.failures.length <= KILLS, JSON.stringify(load.failures));
    assert.deepEqual(load.failures.filter(({ status }) => status !== 503), [], 'nginx says 503');
    await load.assertWritesHold();

    assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
    const later = await metricsOf(stack);
    const counted = later.requests() - counts[0];
    const answered = load.answered - load.failures.length;
    // One that was killed between its answer and its count: not more than those that were killed.
    assert.ok(counted <= answered && counted >= answered - KILLS, `${answered} answered, ${counted} counted`);
    const crashed = later.sum('stockpilot_worker_replacements_total', { reason: 'crashed' }) - earlier.sum('stockpilot_worker_replacements_total', { reason: 'crashed' });
    assert.equal(crashed, KILLS);
    const lines = crashes().filter(({ worker }) => victims.includes(worker));
    assert.deepEqual(lines.map(({ worker }) => worker), victims, 'each is logged once');
    assert.deepEqual(lines.map(({ level, how }) => [level, how]), Array(KILLS).fill(['error', 'signal 9 (Killed)']));
  });

  test('in the middle of a request: that is named in the log, and nginx says 503 to its client', async () => {
    const product = await createProduct({}, stack);
    await whileHolding(stack, lockOf(product), async () => {
      const answer = stack.request('PATCH', productAddress(product), { token, json: { price: 12 } });
      const { pid, requestId, route } = await until(async () =>
        (await poolStatus(stack)).workers.find((worker) => worker.state === 'busy' && worker.route === 'PATCH /products/{productId}'), { what: 'the busy worker' });
      process.kill(pid, 'SIGKILL');
      const { status, headers } = await answer;
      assert.deepEqual([status, headers['x-request-id']], [503, requestId]);
      const [line, ...more] = await until(() => {
        const lines = crashes().filter(({ worker }) => worker === pid);
        return lines.length > 0 && lines;
      }, { what: 'the line about its end' });
      assert.deepEqual(more, []);
      assert.deepEqual([line.request_id, line.route], [requestId, route]);
    });
    await untilServing(stack, WORKERS);
    // All was sent to the database before: that may be carried out or not, but not in part.
    const [{ price, version }] = await stack.sql('select price::float8, version from products where product_id = $1', [product.productId]);
    assert.ok((price === 10 && version === 1) || (price === 12 && version === 2), `${price} ${version}`);
  });

  test('the pool is killed: its workers end by themselves, and another may take its place', async () => {
    const pool = await start('killed');
    await untilServing(pool, 2);
    const pids = await servingPids(pool);
    process.kill(pool.pid, 'SIGKILL');
    await pool.ended;
    await gone(pids);
    const status = await poolStatus(pool);
    assert.deepEqual([status.well, status.pool, status.workers], [false, null, []]);
    const next = await start('killed');
    await untilServing(next, 2);
    assert.equal((await poolStatus(next)).pool.pid, next.pid);
    await next.stop();
  });
});

describe('AC-91 told to end by TERM', () => {
  let number = 0;
  const scoreboard = `/stockpilot-test-${process.pid}-bare`;
  after(() => fs.rmSync(`/dev/shm${scoreboard}`, { force: true }));
  const starters = {
    'a worker of a bare spawn-fcgi': () => spawnWorker(stack, { socket: path.join(folder, `bare-${number += 1}`), options: { SCOREBOARD_NAME: scoreboard, ...patient } }),
    'a pool': async () => {
      const pool = await start(`ends-${number += 1}`, { options: patient });
      await untilServing(pool, 2);
      return pool;
    },
  };

  for (const [what, starter] of Object.entries(starters)) {
    describe(what, () => {
      let started;
      const begin = async () => { started = await starter(); };
      const terminate = () => process.kill(started.pid, 'SIGTERM');
      // All but the end of the body, to a worker that has taken the connection.
      const sendHalf = async (bytes) => {
        const connection = await FastcgiConnection.open(started.socket);
        assert.equal((await connection.ask()).status, 200);
        connection.send(bytes.subarray(0, bytes.length - HALF_LEFT));
        await pause(300);
        return { connection, rest: bytes.subarray(bytes.length - HALF_LEFT) };
      };
      const withinMs = async () => {
        const began = Date.now();
        assert.deepEqual(await started.ended, [0, null]);
        await started.stop();
        return Date.now() - began;
      };

      test('idle: is gone within two seconds', async () => {
        await begin();
        assert.equal((await askOnce(started.socket)).status, 200);
        terminate();
        const took = await withinMs();
        assert.ok(took < 2000, `${took} ms`);
      });

      test('in the middle of a body that does not go on: nothing is written', async () => {
        await begin();
        const title = unique('half');
        const { connection } = await sendHalf(request(post(title)));
        terminate();
        await pause(100);
        assert.ok(isRunning(started.pid), 'it waits for the rest');
        connection.end();
        await connection.closed;
        await withinMs();
        assert.equal(await written(title), 0);
      });

      test('in the middle of a body that goes on: its answer, and it is written once', async () => {
        await begin();
        const title = unique('whole');
        const { connection, rest } = await sendHalf(request({ ...post(title), keep: false }));
        terminate();
        await pause(100);
        connection.send(rest);
        assert.equal((await connection.answer()).status, 201);
        await withinMs();
        assert.equal(await written(title), 1);
      });

      test('while a write waits for the database: it completes, with its answer', async () => {
        await begin();
        const title = unique('commit');
        let answer;
        await whileHolding(stack, 'lock table notifications in share mode', async () => {
          answer = askOnce(started.socket, post(title));
          await until(() => someoneWaits(stack), { what: 'the lock to be waited for' });
          terminate();
          await pause(200);
          assert.ok(isRunning(started.pid), 'it waits for the request');
        });
        assert.equal((await answer).status, 201);
        await withinMs();
        assert.equal(await written(title), 1);
      });
    });
  }
});

describe('AC-94 a worker without free descriptors', () => {
  const scoreboard = `/stockpilot-test-${process.pid}-poor`;
  const application = `poor-${process.pid}`;
  let worker;
  let kept;
  const limit = (soft) => execFileSync('prlimit', ['--pid', String(worker.pid), `--nofile=${soft}:`]);
  const processorMs = () => {
    const stat = fs.readFileSync(`/proc/${worker.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const refusals = () => stack.logLines().filter(({ event, pid }) => event === 'accept_failed' && pid === worker.pid).length;
  const users = { path: '/users', query: 'limit=1' };

  before(async () => {
    worker = await spawnWorker(stack, {
      socket: path.join(folder, 'poor'),
      options: { SCOREBOARD_NAME: scoreboard, DATABASE_URL: `${stack.databaseUrl}&application_name=${application}` },
    });
    kept = await FastcgiConnection.open(worker.socket);
    assert.equal((await kept.ask({ ...users, token })).status, 200);
    limit(3); // those that are open stay
  });
  after(async () => {
    kept?.destroy();
    await worker?.stop();
    fs.rmSync(`/dev/shm${scoreboard}`, { force: true });
  });

  test('serves the connections it has, is not busy with the others, and takes them once there is room', async () => {
    const late = Array.from({ length: 3 }, () => askOnce(worker.socket, { ...users, token }));
    await until(() => refusals() > 0, { what: 'the first refusal' });
    const [used, refused] = [processorMs(), refusals()];
    await pause(1000);
    assert.ok(processorMs() - used < 300, `${processorMs() - used} ms of processor time within a second`);
    assert.ok(refusals() - refused <= 15, `${refusals() - refused} log lines within a second`);
    assert.equal((await kept.ask({ ...users, token })).status, 200);
    limit(1024);
    for (const answer of await Promise.all(late)) assert.equal(answer.status, 200);
    limit(3);
  });

  test('says 503 when it needs one for the database, is alive, and has the database again once there is room', async () => {
    assert.equal((await kept.ask({ ...users, token })).status, 200);
    await stack.execute('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [application]);
    for (let count = 0; count < 3; count += 1) {
      const answer = await kept.ask({ ...users, token });
      assert.equal(answer.status, 503);
      assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    }
    assert.equal((await kept.ask()).status, 200, 'GET /healthz');
    limit(1024);
    await until(async () => (await kept.ask({ ...users, token })).status === 200, { what: 'the database' });
  });
});

describe('in place of the stack\'s pool', () => {
  let pool;
  let number = 0;
  const replace = async (options, parameters = ['--workers', '2']) => {
    await pool?.stop();
    pool = await start(`place-${number += 1}`, { socket: stack.socket, options: { ...SANITIZER, ...options }, parameters });
    await untilServing(pool, Number(parameters[1]));
  };
  before(() => endPool(stack, 'SIGTERM'));
  after(() => pool?.stop());

  const recycled = () => pool.lines('worker_recycled');

  test('AC-95 a worker with more memory than allowed is replaced, the others stay, and no request is lost', async () => {
    await replace();
    await underLoad(stack, { clients: 3 }, (load) => load.answers(500));
    await pause(1500); // each has looked at its memory meanwhile
    const usual = Math.max(...(await poolStatus(pool)).workers.map(({ memoryKb }) => memoryKb));
    const allowed = Math.ceil(usual / 1024) + 5;
    await replace({ WORKER_MAX_MEMORY_MB: String(allowed) }, ['--workers', '3']);
    await stack.execute(`insert into products (name, price, description)
      select 'Heavy ' || n, 1, repeat(md5(n::text), 125) from generate_series(1, 1000) n`);
    const earlier = await servingPids(pool);
    await assertNothingFails(stack, { clients: 3 }, async () => {
      const connection = await FastcgiConnection.open(stack.socket); // of one worker
      // It looks at its memory once a second, so not after each of them.
      await until(async () => {
        assert.equal((await connection.ask({ path: '/products', query: 'search=Heavy', token })).status, 200);
        return recycled().length > 0;
      }, { what: 'a worker that grew', deadline: 20_000 });
      connection.destroy();
      await until(() => recycled().every(({ worker }) => !isRunning(worker)), { what: 'its end' });
      await untilServing(pool, 3);
    });
    for (const { reason, worker, memory_kb: memory } of recycled()) {
      assert.equal(reason, 'memory');
      assert.ok(memory >= allowed * 1024, String(memory));
      assert.ok(earlier.includes(worker));
    }
    const others = earlier.filter((pid) => !recycled().some(({ worker }) => worker === pid));
    assert.ok(others.length > 0 && others.every(isRunning));
    assert.equal((await metricsOf(stack)).sum('stockpilot_worker_replacements_total', { reason: 'memory' }), recycled().length);
    assert.deepEqual(pool.lines('worker_crashed'), []);
  });

  test('AC-95 a worker that has had its number of requests is replaced, again and again, and no request is lost', async () => {
    await replace({ WORKER_MAX_REQUESTS: '200' });
    await assertNothingFails(stack, { clients: 8 }, (load) => load.answers(1500));
    // A worker says so when it begins to leave, and one may begin after the last answer.
    await until(() => recycled().every(({ worker }) => !isRunning(worker)), { what: 'the end of those that were replaced', deadline: 20_000 });
    await untilServing(pool, 2);
    const lines = recycled();
    assert.ok(lines.length >= 3, `${lines.length} times`);
    lines.forEach(({ reason, requests }) => assert.ok(reason === 'requests' && requests >= 200, `${reason} ${requests}`));
    assert.equal(new Set(lines.map(({ worker }) => worker)).size, lines.length, 'each once');
    assert.deepEqual(pool.lines('worker_crashed'), []);
    const counted = async () => (await metricsOf(stack)).sum('stockpilot_worker_replacements_total', { reason: 'requests' });
    await until(async () => await counted() === recycled().length, { what: 'each of them counted' });
  });

  test(`AC-97 ${MANY} requests: memory and descriptors stay as they were`, async () => {
    await replace();
    // Its memory is private, so its folder in /proc is root's: for others the connections have to do.
    const descriptors = (pid) => (process.geteuid() === 0 ? fs.readdirSync(`/proc/${pid}/fd`).length : 0);
    const measure = async () => {
      await until(() => openConnections(stack.socket) === 0, { what: 'the end of idle connections', deadline: 20_000 });
      await pause(1500); // each has looked at its memory meanwhile
      const { workers } = await poolStatus(pool);
      return workers.map(({ pid, memoryKb, connections }) => ({ pid, memoryKb, connections, descriptors: descriptors(pid) }));
    };
    await assertNothingFails(stack, { clients: 8 }, (load) => load.answers(MANY / 5));
    const earlier = await measure();
    await assertNothingFails(stack, { clients: 8 }, (load) => load.answers(MANY));
    const later = await measure();
    later.forEach((worker, index) => {
      const before = earlier[index];
      assert.deepEqual([worker.pid, worker.connections, worker.descriptors], [before.pid, 0, before.descriptors]);
      assert.ok(worker.memoryKb - before.memoryKb < GROWTH_KILOBYTES, `${before.memoryKb} kB, then ${worker.memoryKb} kB`);
    });
    if (process.geteuid() === 0) assert.ok(later.every((worker) => worker.descriptors > 3));
    assert.ok((await poolStatus(pool)).workers.reduce((sum, { requests }) => sum + requests, 0) >= MANY);
  });

  test('AC-91 TERM to the pool under load: kept connections are served until nginx has let go, and what was written holds', async () => {
    await replace();
    const load = await underLoad(stack, { clients: 4 }, async (running) => {
      await running.answers(200);
      process.kill(pool.pid, 'SIGTERM');
      await until(() => pool.lines('pool_stopping').length > 0, { what: 'the end to begin' });
      await running.answers(50);
      assert.deepEqual(running.failures, [], 'kept connections are served on');
      assert.ok(isRunning(pool.pid));
      await pool.ended;
      await running.answers(20); // nobody is there: 503
    });
    assert.deepEqual(load.failures.filter(({ status }) => status !== 503), []);
    await load.assertWritesHold();
    assert.deepEqual(await pool.ended, [0, null]);
  });
});
