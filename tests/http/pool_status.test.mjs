// What stockpilotctl says of a pool and its workers: to people as a table and in words, to programs as JSON and by its
// exit status.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { awsEnvironment } from './aws-environment.mjs';
import { lockOf, whileHolding } from './database-session.mjs';
import { askOnce } from './fastcgi-client.mjs';
import { ctl, ctlAs, poolStatus, startPool, untilServing } from './pool.mjs';
import { createProduct, productAddress } from './records.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { spawnWorkers } from './worker-processes.mjs';

const WORKERS = 2;
const NOBODY = 65534;
const SOMEBODY = 65533;
const ROW = /^ *(\d+) {2}(\w+) +([\d.]+ \w+) +([\d.]+ \w+) +(\d+) +(\d+) +([\d.]+) MB +(\d+) {2}(\w+) +(.+)$/;

let stack;
let folder;
const scoreboards = [];

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'status-')); // short: it becomes the path of a unix socket
  stack = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: String(WORKERS) } });
});

after(async () => {
  await stack?.stop();
  scoreboards.forEach((name) => fs.rmSync(`/dev/shm${name}`, { force: true }));
  fs.rmSync(folder, { recursive: true, force: true });
});

// The options of programs that share a scoreboard of that name.
function sharing(name) {
  const scoreboard = `/stockpilot-test-${process.pid}-${name}`;
  scoreboards.push(scoreboard);
  return { SCOREBOARD_NAME: scoreboard };
}

// The table, read as a person would: { head, workers, findings }.
function readTable(text) {
  const lines = text.split('\n');
  const title = lines.findIndex((line) => /^ +PID +STATE +SINCE +AGE +REQUESTS +ERRORS +MEMORY +CONNS +DATABASE +ROUTE/.test(line));
  assert.ok(title > 0, text);
  const end = lines.indexOf('', title);
  const workers = lines.slice(title + 1, end).map((line) => {
    const [, pid, state, , , requests, errors, memory, connections, database, route] = ROW.exec(line) ?? assert.fail(line);
    return { pid: Number(pid), state, requests: Number(requests), errors: Number(errors), memory, connections: Number(connections), database, route };
  });
  return { head: lines[0], workers, findings: lines.filter((line) => line.startsWith('! ')).map((line) => line.slice(2)), last: lines.at(-2) };
}

// Both at rest, so that they speak of the same.
async function assertAgree(pool) {
  const { code, stdout } = await ctl(pool, 'status');
  const json = await poolStatus(pool);
  const table = readTable(stdout);
  assert.equal(code, json.well ? 0 : 1);
  assert.equal(table.last === 'All is well.', json.well);
  assert.deepEqual(table.findings, json.findings);
  assert.deepEqual(table.workers.map(({ memory, ...rest }) => rest), json.workers.map((worker) => ({
    pid: worker.pid, state: worker.state, requests: worker.requests, errors: worker.errors,
    connections: worker.connections, database: worker.database, route: worker.route ?? '-',
  })));
  // This is looked at once a second, also at rest.
  table.workers.forEach(({ memory }, index) => assert.ok(Math.abs(memory - json.workers[index].memoryKb / 1024) < 1));
  return { table, json };
}

const connectionless = (pool) => until(async () =>
  (await poolStatus(pool)).workers.every(({ connections, state }) => connections === 0 && state === 'idle'), { what: 'rest', deadline: 15_000 });

test('when all is well: the pool, a line for each worker, exit status 0, and the JSON agrees', async () => {
  const token = await stack.token('viewer');
  for (let count = 0; count < 20; count += 1) assert.equal((await stack.request('GET', '/users', { token })).status, 200);
  await connectionless(stack);
  const { table, json } = await assertAgree(stack);
  assert.ok(json.well);
  assert.match(table.head, new RegExp(`^pool ${stack.pids.pool}, up \\d.*, ${WORKERS} workers wanted, (?:busy \\d+ %, )?0 reloads$`));
  assert.deepEqual(json.workers.map(({ pid }) => pid).sort(), [...stack.pids.workers].sort());
  assert.ok(json.workers.reduce((sum, { requests }) => sum + requests, 0) >= 20);
  assert.ok(json.workers.some(({ route, requestId }) => route === 'GET /users' && /^[0-9a-f]{32}$/.test(requestId)));
  json.workers.forEach((worker) => {
    assert.equal(worker.database, 'connected');
    assert.ok(worker.memoryKb > 100 && worker.ageMs >= worker.stateMs && worker.silentMs < 3000, JSON.stringify(worker));
  });
  assert.deepEqual(json.pool, {
    pid: stack.pids.pool, minimum: WORKERS, maximum: WORKERS, wanted: WORKERS, upMs: json.pool.upMs, busyPercent: json.pool.busyPercent,
    reloads: 0, reloadState: 'none', quickDeaths: 0,
  });
});

test('while all are busy: their requests, and in words that others wait and for how long one has run', async () => {
  const pool = await startPool(stack, {
    name: 'busy', socket: path.join(folder, 'busy'),
    options: { REQUEST_DEADLINE_MS: '4500', DATABASE_URL: `${stack.databaseUrl}&options=-c%20lock_timeout%3D4s%20-c%20statement_timeout%3D4s` },
  });
  try {
    await untilServing(pool, 2);
    const token = await stack.token('admin');
    const product = await createProduct({}, stack);
    const ids = ['a', 'b'].map((digit) => digit.repeat(32));
    let answers;
    await whileHolding(stack, lockOf(product), async () => {
      answers = ids.map((id) => askOnce(pool.socket, {
        method: 'PATCH', path: productAddress(product), contentType: 'application/json', token, body: '{"price":3}', extra: [['REQUEST_ID', id]],
      }));
      const busy = await until(async () => {
        const now = await poolStatus(pool);
        return now.findings.some((finding) => /^All 2 workers (?:are|were) busy/.test(finding)) && now;
      }, { what: 'words about two busy workers' });
      assert.ok(busy.workers.every(({ state }) => state === 'busy'));
      assert.equal(busy.well, false);
      assert.deepEqual(busy.workers.map(({ requestId }) => requestId).sort(), ids);
      busy.workers.forEach(({ route }) => assert.equal(route, 'PATCH /products/{productId}'));
      const long = await until(async () => {
        const { findings } = await poolStatus(pool);
        return findings.filter((finding) => /has been at one request for/.test(finding)).length === 2 && findings;
      }, { what: 'words about their requests' });
      for (const { pid, requestId } of busy.workers) {
        assert.ok(long.some((finding) => new RegExp(`^Worker ${pid} has been at one request for [2-4]\\.\\d s: PATCH /products/\\{productId\\}, request ${requestId}\\.$`).test(finding)), long.join());
      }
    });
    for (const answer of answers) assert.equal((await answer).status, 200);
    await until(async () => (await poolStatus(pool)).well, { what: 'rest' });
  } finally {
    await pool.stop();
  }
});

test('while the database is away: that, with exit status 1', async () => {
  const pool = await startPool(stack, { name: 'away', socket: path.join(folder, 'away'), options: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none?sslmode=disable' } });
  try {
    await untilServing(pool, 2);
    await until(async () => (await poolStatus(pool)).workers.every(({ database }) => database === 'away'), { what: 'a try of each worker' });
    const { json } = await assertAgree(pool);
    assert.ok(json.findings.some((finding) => /^The database is away for 2 of 2 workers/.test(finding)), json.findings.join());
  } finally {
    await pool.stop();
  }
});

describe('without a pool', () => {
  test('workers of a bare spawn-fcgi are shown, and all is well', async () => {
    const options = sharing('bare');
    const workers = await spawnWorkers(stack, { socket: path.join(folder, 'bare'), count: 3, options });
    const place = { ...stack, options };
    try {
      await untilServing(place, 3);
      assert.equal((await askOnce(workers.socket)).status, 200);
      await connectionless(place);
      const { table, json } = await assertAgree(place);
      assert.equal(table.head, 'no pool: 3 workers run on their own');
      assert.deepEqual([json.well, json.pool], [true, null]);
      assert.deepEqual(json.workers.map(({ pid }) => pid).sort(), workers.pids.sort());
      assert.equal(json.workers.reduce((sum, { requests }) => sum + requests, 0), 1);
      for (const words of [['scale', '3'], ['reload']]) {
        const { code, stderr } = await ctl(place, ...words);
        assert.equal(code, 1);
        assert.match(stderr, /no pool runs/);
      }
    } finally {
      await workers.stop();
    }
    const { code, stdout } = await ctl(place, 'status');
    assert.equal(code, 1);
    assert.match(stdout, /^! Nothing runs: neither a pool nor a worker\.$/m);
  });

  test('where nothing has ever run: a sentence, and exit status 1', async () => {
    for (const words of [['status'], ['status', '--json'], ['status', '--watch'], ['scale', '3'], ['reload']]) {
      const { code, stdout, stderr } = await ctl({ ...stack, options: sharing('nothing') }, ...words);
      assert.deepEqual([code, stdout], [1, ''], words.join(' '));
      assert.match(stderr, /^stockpilotctl: there is no scoreboard .*\n$/);
    }
  });
});

test('--watch shows it again after a second', async () => {
  const child = spawn(path.join(stack.build, 'stockpilotctl'), ['--config', stack.configFile, 'status', '--watch'], { stdio: ['ignore', 'pipe', 'inherit'], env: awsEnvironment(stack) });
  let screens = [];
  try {
    let text = '';
    const began = Date.now();
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      screens = text.split('\x1b[H\x1b[2J').slice(1);
    });
    await until(() => screens.length >= 3, { what: 'three screens', deadline: 15_000 });
    assert.ok(Date.now() - began >= 1900, `within ${Date.now() - began} ms`);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
  for (const screen of screens.slice(0, 2)) assert.equal(readTable(screen).workers.length, WORKERS);
});

test('what it does not understand: its usage, and exit status 2', async () => {
  for (const words of [['status', '--json', '--watch'], ['status', 'now'], ['status', '--yaml'], ['reload', 'now'], ['reload', '--hard']]) {
    const { code, stdout, stderr } = await ctl(stack, ...words);
    assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    assert.ok(stderr);
  }
});

test('a second pool with the same scoreboard is refused, and the first one goes on', async () => {
  const name = fs.readFileSync(stack.configFile, 'utf8').match(/^SCOREBOARD_NAME=(.*)$/m)[1];
  await assert.rejects(startPool(stack, { name: 'second', socket: path.join(folder, 'second'), options: { SCOREBOARD_NAME: name } }),
    new RegExp(`another pool \\(process ${stack.pids.pool}\\) has the scoreboard`));
  const { pool, workers } = await poolStatus(stack);
  assert.deepEqual([pool.pid, workers.length], [stack.pids.pool, WORKERS]);
});

// Started as root, the pool is another user's; otherwise all of this file is an ordinary user's.
describe('for the user whose pool it is', () => {
  let open; // for all to read, whatever TMPDIR is
  let pool;
  const asUser = (id) => (process.geteuid() === 0 ? ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'] : []);

  before(async () => {
    open = fs.mkdtempSync('/tmp/stockpilot-user-');
    fs.chmodSync(open, 0o755);
    for (const name of ['stockpilot-pool', 'stockpilot-api', 'stockpilotctl']) fs.copyFileSync(path.join(stack.build, name), path.join(open, name));
    fs.mkdirSync(path.join(open, 'images'));
    fs.mkdirSync(path.join(open, 'run'));
    const configFile = path.join(open, 'conf');
    fs.writeFileSync(configFile, fs.readFileSync(stack.configFile, 'utf8').replace(/^IMAGE_DIRECTORY=.*$/m, `IMAGE_DIRECTORY=${open}/images`)
      .replace(/^JWKS_CACHE_NAME=.*$/m, `JWKS_CACHE_NAME=/stockpilot-test-${process.pid}-user-keys`), { mode: 0o600 });
    if (process.geteuid() === 0) ['images', 'run', 'conf'].forEach((name) => fs.chownSync(path.join(open, name), NOBODY, NOBODY));
    scoreboards.push(`/stockpilot-test-${process.pid}-user-keys`);
    pool = await startPool(stack, {
      name: 'user', socket: path.join(open, 'run', 'socket'), configFile, build: open, as: asUser(NOBODY),
      options: { AWS_SHARED_CREDENTIALS_FILE: path.join(open, 'aws-credentials') }, // as the stack's: there is none
    });
    await untilServing(pool, 2);
  });
  after(async () => {
    await pool?.stop();
    fs.rmSync(open, { recursive: true, force: true });
  });

  test('status, scale and reload work for that user', async () => {
    const status = await ctlAs(asUser(NOBODY), pool, 'status', '--json');
    const { pool: board, workers } = JSON.parse(status.stdout);
    assert.deepEqual([board.pid, workers.length], [pool.pid, 2]);
    assert.deepEqual(await ctlAs(asUser(NOBODY), pool, 'scale', '3'), { code: 0, stdout: '3 workers\n', stderr: '' });
    assert.deepEqual(await ctlAs(asUser(NOBODY), pool, 'reload'), { code: 0, stdout: 'reloaded: 3 workers\n', stderr: '' });
  });

  test('and for root; a stranger is refused', async () => {
    assert.deepEqual(await ctl(pool, 'scale', '2'), { code: 0, stdout: '2 workers\n', stderr: '' });
    assert.equal((await ctl(pool, 'reload')).code, 0);
    await assertAgree(pool);
    if (process.geteuid() === 0) {
      for (const words of [['status'], ['scale', '4'], ['reload']]) {
        const { code, stdout, stderr } = await ctlAs(asUser(SOMEBODY), { ...pool, configFile: '/dev/null' }, ...words);
        assert.deepEqual([code, stdout], [1, ''], words.join(' '));
        assert.match(stderr, /^stockpilotctl: /);
      }
      assert.equal((await poolStatus(pool)).pool.wanted, 2);
    }
  });
});
