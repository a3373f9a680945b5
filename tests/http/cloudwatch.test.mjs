// The metric lines of pool and notifier: CloudWatch can read them, and each thing is counted in one of them, once.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { lockOf, whileHolding } from './database-session.mjs';
import { assertEmbeddedMetrics, metricsMadeOf } from './embedded-metric-format.mjs';
import { askOnce } from './fastcgi-client.mjs';
import { Load } from './load.mjs';
import { allSent, rowsOf, runLow, startNotified, stocked } from './notifier.mjs';
import { ctl, metricsOf, poolStatus, servingPids, startPool, untilServing } from './pool.mjs';
import { createProduct, productAddress } from './records.mjs';
import { fails } from './sns-endpoint.mjs';
import { linesOf, repository, until } from './stack.mjs';
import { gone } from './worker-processes.mjs';

const WORKERS = 2;
const POOL_METRICS = { Requests: 'Count', Errors: 'Count', BusyWorkers: 'Percent', WorkerCrashes: 'Count' };
const LATENCIES = { LatencyP50: 'Milliseconds', LatencyP99: 'Milliseconds' };
const NOTIFIER_METRICS = { OutboxAge: 'Seconds', OutboxParked: 'Count' };

let notified;
let stack;
let sns;

before(async () => {
  notified = await startNotified({ configuration: { METRICS_INTERVAL_S: '1' } });
  ({ stack, sns } = notified);
  await untilServing(stack, WORKERS);
});
after(() => notified?.stop());

/** The metric lines of a log file, each of them valid. */
const linesIn = (file, event) => linesOf(file)
  .filter((text) => text.includes(`"event":"${event}"`)).map(assertEmbeddedMetrics);
const poolLines = () => linesIn(path.join(stack.logDirectory, 'api.log'), 'pool_metrics');
const notifierLines = () => linesIn(path.join(stack.logDirectory, 'notifier.log'), 'notifier_metrics');
const sum = (lines, name) => lines.reduce((total, line) => total + line[name], 0);

/** Waits for so many more lines, and gives them. */
const nextLines = async (lines, count = 1) => {
  const earlier = lines().length;
  return until(() => { const now = lines(); return now.length >= earlier + count && now.slice(earlier); }, { what: 'metric lines', deadline: 20_000 });
};

/** Runs the action; gives all lines from then until they have `count` of that name, and a few behind that. */
async function linesAfter(action, name, count) {
  await nextLines(poolLines, 2); // of what was before, nothing is left
  const earlier = poolLines().length;
  await action();
  await until(() => sum(poolLines().slice(earlier), name) >= count, { what: `${count} ${name}`, deadline: 20_000 });
  await nextLines(poolLines, 2);
  const lines = poolLines().slice(earlier);
  assert.equal(sum(lines, name), count, name);
  return lines;
}

const askForProducts = (count, on = stack) => Promise.all(Array.from({ length: count }, async () => {
  assert.equal((await on.request('GET', '/products?limit=1', { user: 'viewer' })).status, 200);
}));

describe('a line of the pool', () => {
  test('is in the embedded metric format, with one set of dimensions', async () => {
    const [line] = await nextLines(poolLines);
    assert.equal(line._aws.CloudWatchMetrics.length, 1);
    const [{ Namespace, Dimensions }] = line._aws.CloudWatchMetrics;
    assert.deepEqual([Namespace, Dimensions, line.Environment], ['StockPilot', [['Environment']], 'development']);
    assert.deepEqual([line.host, line.level], [os.hostname(), 'info']);
    assert.ok(Math.abs(Date.parse(line.time) - line._aws.Timestamp) < 1000);
    assert.ok(line.covers_ms > 0);
    assert.equal(line.Workers, WORKERS);
  });

  test('has Requests 0 and no latency when nobody asked for anything', async () => {
    const lines = await nextLines(poolLines, 3);
    assert.deepEqual(metricsMadeOf(lines[2]), POOL_METRICS);
    assert.deepEqual([lines[2].Requests, lines[2].Errors, lines[2].WorkerCrashes, lines[2].DatabaseReconnects], [0, 0, 0, 0]);
  });

  test('counts each request once, but not those that machines make', async () => {
    const lines = await linesAfter(async () => {
      await askForProducts(40);
      for (const target of ['/healthz', '/readyz', '/metrics']) await stack.request('GET', target);
      assert.equal((await stack.request('GET', '/nowhere')).status, 404);
      assert.equal((await stack.request('GET', '/products')).status, 401);
    }, 'Requests', 42);
    assert.equal(sum(lines, 'Errors'), 0);
    const counted = lines.filter(({ Requests }) => Requests > 0);
    for (const line of counted) {
      assert.deepEqual(metricsMadeOf(line), { ...POOL_METRICS, ...LATENCIES });
      assert.ok(line.LatencyP50 > 0 && line.LatencyP50 <= line.LatencyP99, `${line.LatencyP50} <= ${line.LatencyP99}`);
    }
    for (const line of lines.filter((one) => !counted.includes(one))) assert.deepEqual(metricsMadeOf(line), POOL_METRICS);
  });

  test('counts what was answered with 5xx, and how long that took', async () => {
    const product = await createProduct({}, stack);
    const lines = await linesAfter(() => whileHolding(stack, lockOf(product), async () => {
      for (let count = 0; count < 2; count += 1) {
        assert.equal((await stack.request('PATCH', productAddress(product), { user: 'admin', json: { price: 12 } })).status, 503);
      }
    }), 'Errors', 2);
    assert.equal(sum(lines, 'Requests'), 2);
    const slow = lines.find(({ Errors }) => Errors > 0);
    assert.ok(slow.LatencyP99 >= 250, String(slow.LatencyP99)); // it waited 500 ms for the lock
    assert.ok(lines.some(({ BusyWorkers }) => BusyWorkers > 0 && BusyWorkers <= 100));
  });

  test('counts a worker that crashed', async () => {
    const product = await createProduct({}, stack);
    const busy = async () => (await poolStatus(stack)).workers.find(({ state }) => state === 'busy');
    const lines = await linesAfter(async () => {
      await whileHolding(stack, lockOf(product), async () => {
        const answer = stack.request('PATCH', productAddress(product), { user: 'admin', json: { price: 12 } });
        const { pid } = await until(busy, { what: 'a worker that has it' });
        process.kill(pid, 'SIGKILL');
        assert.equal((await answer).status, 503);
        await gone([pid]);
      });
      await untilServing(stack, WORKERS);
    }, 'WorkerCrashes', 1);
    assert.equal(lines.at(-1).Workers, WORKERS);
  });

  test('counts connections to the database that were lost', async () => {
    const losses = async () => (await metricsOf(stack)).sum('stockpilot_database_connections_lost_total');
    await askForProducts(10);
    await nextLines(poolLines, 2);
    const [earlier, from] = [await losses(), poolLines().length];
    await stack.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'stockpilot_app' and application_name <> 'stockpilot-notifier'");
    await until(async () => {
      await stack.request('GET', '/products?limit=1', { user: 'viewer' });
      return await losses() > earlier;
    }, { what: 'a lost connection', deadline: 20_000 });
    await nextLines(poolLines, 2);
    assert.equal(sum(poolLines().slice(from), 'DatabaseReconnects'), await losses() - earlier);
  });
});

describe('a reload', () => {
  let original;
  before(() => { original = fs.readFileSync(stack.configFile, 'utf8'); });
  afterEach(() => fs.writeFileSync(stack.configFile, original));
  const configure = (name, value) => fs.writeFileSync(stack.configFile,
    `${original.split('\n').filter((line) => !line.startsWith(`${name}=`)).join('\n')}${name}=${value}\n`);
  const reload = async () => assert.equal((await ctl(stack, 'reload')).code, 0);

  test('under load loses no request, and counts none twice', async () => {
    await nextLines(poolLines, 2);
    const from = poolLines().length;
    const load = await Load.start(stack, { clients: 4 });
    for (let count = 0; count < 5; count += 1) {
      await load.answers(30);
      await reload();
    }
    await load.stop();
    assert.deepEqual(load.failures, []);
    const lines = () => poolLines().slice(from);
    await until(() => sum(lines(), 'Requests') >= load.answered, { what: 'all requests', deadline: 20_000 });
    await nextLines(poolLines, 2);
    assert.equal(sum(lines(), 'Requests'), load.answered);
    assert.equal(sum(lines(), 'WorkerCrashes'), 0);
  });

  test('to LOG_LEVEL=error leaves metric lines as they are, and no others of the kind', async () => {
    configure('LOG_LEVEL', 'error');
    await reload();
    const from = stack.logLines().length;
    const lines = await nextLines(poolLines, 2);
    assert.equal(lines.length, 2);
    assert.deepEqual(stack.logLines().slice(from).filter(({ event }) => event !== 'pool_metrics'), []);
    fs.writeFileSync(stack.configFile, original);
    await reload();
  });

  test('to METRICS_INTERVAL_S=0 ends them, and one back begins them anew', async () => {
    configure('METRICS_INTERVAL_S', '0');
    await reload();
    const count = poolLines().length;
    await askForProducts(5);
    await nextLines(notifierLines, 3); // it has the same interval, and was not told to reload
    assert.equal(poolLines().length, count);
    fs.writeFileSync(stack.configFile, original);
    await reload();
    const [line] = await nextLines(poolLines);
    assert.equal(line.Requests, 0, 'what came while nobody wanted to know');
  });
});

describe('a pool whose next line is an hour away', () => {
  let pool;
  const start = async (interval = '3600') => {
    pool = await startPool(stack, { name: 'hourly', socket: path.join(path.dirname(stack.socket), 'hourly.sock'),
      parameters: ['--workers', '1'], options: { METRICS_INTERVAL_S: interval } });
    await untilServing(pool, 1);
  };
  const ask = async (count) => {
    for (let n = 0; n < count; n += 1) assert.equal((await askOnce(pool.socket, { path: '/users' })).status, 401);
  };
  const reload = async () => assert.equal((await ctl(pool, 'reload')).code, 0);
  const lines = () => linesIn(pool.log, 'pool_metrics');
  afterEach(async () => {
    await pool.stop();
    fs.rmSync(pool.log);
  });

  test('reports what is left when it ends', async () => {
    await start();
    await ask(3);
    assert.deepEqual(lines(), []);
    assert.deepEqual(await pool.stop(), [0, null]);
    assert.deepEqual(lines().map(({ Requests, Workers }) => [Requests, Workers]), [[3, 0]]);
  });

  test('reports at its end what was before and after a reload, in one line', async () => {
    await start();
    await ask(3);
    await reload();
    await ask(4);
    await reload();
    await ask(5);
    await pool.stop();
    assert.deepEqual(lines().map(({ Requests }) => Requests), [12]);
  });

  test('begins with its own requests when the one before it was killed', async () => {
    await start();
    await ask(3);
    const workers = await servingPids(pool);
    process.kill(pool.pid, 'SIGKILL');
    await gone([pool.pid, ...workers], 40_000); // the kernel sends them TERM
    await start();
    await ask(4);
    await pool.stop();
    assert.deepEqual(lines().map(({ Requests }) => Requests), [4]);
  });

  test('takes a scoreboard of another version for one that has counted nothing', async () => {
    await start();
    await ask(5);
    const board = fs.openSync(`/dev/shm${pool.options.SCOREBOARD_NAME}`, 'r+');
    fs.writeSync(board, Buffer.from('anything'), 0, 8, 0); // what tells its version
    fs.closeSync(board);
    process.kill(pool.pid, 'SIGHUP');
    await until(() => pool.lines('pool_reloaded').length > 0, { what: 'the reload', deadline: 20_000 });
    await ask(2);
    await pool.stop();
    assert.deepEqual(lines().map(({ Requests }) => Requests), [2]);
  });

  test('or is not wanted at all: it has none', async () => {
    await start('0');
    await ask(3);
    await pool.stop();
    assert.deepEqual(lines(), []);
  });
});

describe('a line of the notifier', () => {
  const nextWhere = (fits) => until(() => notifierLines().findLast(fits), { what: 'such a line', deadline: 20_000 });

  test('is in the embedded metric format, and there although there is nothing to tell', async () => {
    const [, line] = await nextLines(notifierLines, 2);
    assert.deepEqual(metricsMadeOf(line), NOTIFIER_METRICS);
    const [{ Namespace, Dimensions }] = line._aws.CloudWatchMetrics;
    assert.deepEqual([Namespace, Dimensions, line.Environment], ['StockPilot', [['Environment']], 'development']);
    assert.deepEqual([line.OutboxAge, line.OutboxParked, line.LowStockEpisodesOpen], [0, 0, 0]);
  });

  test('tells how old the oldest message is that should be out, and which products are low', async () => {
    sns.decide = fails(503, 'ServiceUnavailable');
    const product = await stocked(stack);
    await runLow(stack, product);
    const line = await nextWhere(({ OutboxAge }) => OutboxAge >= 2); // through the pauses between its tries
    assert.deepEqual([line.OutboxParked, line.LowStockEpisodesOpen], [0, 1]);
    sns.decide = undefined;
    await allSent(stack, product);
    const [, later] = await nextLines(notifierLines, 2);
    assert.deepEqual([later.OutboxAge, later.LowStockEpisodesOpen], [0, 1]);
  });

  test('counts messages that are parked', async () => {
    const product = await stocked(stack);
    sns.decide = fails(404, 'NotFound');
    await runLow(stack, product);
    await until(async () => (await rowsOf(stack, product)).some(({ parked }) => parked), { what: 'its being parked', deadline: 20_000 });
    sns.decide = undefined;
    const [{ parked }] = await stack.sql('select count(*)::integer as parked from outbox where dead_at is not null');
    const line = await nextWhere(({ OutboxParked }) => OutboxParked > 0);
    const [, later] = await nextLines(notifierLines, 2);
    assert.ok(line.OutboxParked >= 1);
    assert.ok(later.OutboxParked >= parked, `${later.OutboxParked} >= ${parked}`);
    await ctl(stack, 'outbox', 'retry', '--all-parked');
    await until(() => notifierLines().at(-1).OutboxParked === 0, { what: 'none parked', deadline: 20_000 });
  });
});

describe('the queries of docs/cloudwatch.md', () => {
  const KEYWORDS = new Set(['fields', 'filter', 'stats', 'sort', 'limit', 'by', 'as', 'and', 'or', 'not', 'in', 'like', 'asc', 'desc']);
  /** The fields that a query reads: its words without texts, keywords, functions and names that it gives itself. */
  const fieldsOf = (query) => {
    const words = query.replace(/"[^"]*"/g, '""');
    const given = new Set([...words.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
    return [...words.matchAll(/(?<![\w@])[A-Za-z_]\w*(?!\w*\()/g)].map(([name]) => name)
      .filter((name) => !KEYWORDS.has(name) && !given.has(name));
  };
  const document = fs.readFileSync(path.join(repository, 'docs/cloudwatch.md'), 'utf8');
  const queries = [...document.matchAll(/```insights\n([^]*?)```/g)].map(([, query]) => query);
  const nginxFrom = document.indexOf('Group `/stockpilot/nginx`');

  test('ask for members that lines of that event have, and compare each as what it is', async () => {
    assert.ok(queries.length >= 9 && nginxFrom > 0);
    const objects = (name) => linesOf(path.join(stack.logDirectory, name))
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    const backend = [...objects('api.log'), ...objects('notifier.log')];
    const access = await until(() => { const lines = objects('access.log'); return lines.length > 0 && lines; }, { what: "nginx's log" });
    for (const query of queries) {
      const ofNginx = document.indexOf(query) > nginxFrom;
      const events = [...query.matchAll(/event = "(\w+)"/g)].map(([, name]) => name);
      const lines = ofNginx ? access : backend.filter(({ event }) => events.length === 0 || events.includes(event));
      assert.ok(lines.length > 0, `no line of ${events}`);
      for (const field of fieldsOf(query)) assert.ok(lines.some((line) => field in line), `${field} of\n${query}`);
      for (const [, field] of query.matchAll(/(\w+) >=? \d/g)) assert.ok(lines.every((line) => typeof line[field] === 'number'), field);
    }
  });
});
