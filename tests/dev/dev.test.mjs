// ./dev as the README and docs/development.md promise it, on stacks of its own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { repository, until } from '../http/stack.mjs';
import { gone, isRunning } from '../http/worker-processes.mjs';
import { Installation, segmentsOf } from './installation.mjs';

const SERVERS = ['postgres', 'nginx', 'imds', 'oidc', 'sns', 's3', 'ssm', 'notifier'];
/** Those that read no stockpilot.conf. */
const UNCONFIGURED = SERVERS.filter((name) => name !== 'notifier');
const opened = [];
const folders = [];
const made = []; // the ids of the shop's products
let folder;
let shop; // the stack of all tests that do not say otherwise

function open(...parameters) {
  const one = new Installation(...parameters);
  opened.push(one);
  return one;
}

function makeFolder(parent) {
  folders.push(fs.mkdtempSync(path.join(parent, 'dev-')));
  return folders.at(-1);
}

before(() => {
  folder = makeFolder(os.tmpdir());
  shop = open(path.join(folder, 'shop'));
});

after(async () => {
  const ended = await Promise.all(opened.map((one) => one.dev(['down', '--purge'])));
  for (const one of folders) fs.rmSync(one, { recursive: true, force: true });
  for (const { code, stderr } of ended) assert.equal(code, 0, stderr);
});

const statusOf = async (one, target = '/products') => (await one.request('GET', target)).status;

/** Runs the curl line that `up` printed, as it stands, where the README says. */
async function followCurlLine(one, introduction) {
  const [, line] = /^ +(curl .*)$/m.exec(introduction) ?? assert.fail(`no curl line in ${introduction}`);
  const { stdout, stderr } = await one.run(
    ['bash', '-c', `curl() { command curl --silent --write-out '\\n%{http_code}' "$@"; }\n${line}`],
    { STOCKPILOT_STATE: '' }, // the line itself says which
  );
  const [, body, code] = /^([^]*)\n(\d+)$/.exec(stdout) ?? assert.fail(`${stdout}${stderr}`);
  assert.equal(code, '200', body);
  return JSON.parse(body);
}

/** That ./dev refuses the words, on standard error only. */
async function assertRefused(parameters, code, ...says) {
  const refused = await shop.dev(parameters);
  assert.deepEqual([refused.code, refused.stdout], [code, '']);
  for (const what of says) assert.match(refused.stderr, what);
}

const socketFolder = (description) => path.dirname(description.socket);
const sharedMemory = (description) => path.join('/dev/shm', path.basename(socketFolder(description)));

/** What `down` must leave nothing of: process ids, and the paths of sockets, shared memory and stack.json. */
function traces(one) {
  const family = one.family();
  return {
    pids: [...new Set([...one.pids, ...family.map(({ pid }) => pid)])],
    memory: [...new Set([sharedMemory(one.description), ...family.flatMap(({ shared }) => shared)])],
    sockets: socketFolder(one.description),
    description: path.join(one.state, 'stack.json'),
  };
}

async function assertNothingLeft(one, takeDown) {
  assert.equal(await statusOf(one), 200, 'a token was looked at, so there is shared memory');
  const { pids, memory, sockets, description } = traces(one);
  const paths = [...memory, sockets, description];
  assert.deepEqual(pids.filter((pid) => !isRunning(pid)), []);
  assert.deepEqual(paths.filter((name) => !fs.existsSync(name)), []);
  assert.equal(segmentsOf(pids).length, 1, 'PostgreSQL has one');
  await takeDown();
  assert.deepEqual(pids.filter(isRunning), []);
  assert.deepEqual(one.family(), []);
  assert.deepEqual(paths.filter((name) => fs.existsSync(name)), []);
  assert.deepEqual(segmentsOf(pids), []);
}

/** Without a chance to tidy up. */
async function kill(pids) {
  pids.filter(isRunning).forEach((pid) => process.kill(pid, 'SIGKILL'));
  await gone(pids);
}

async function addProduct() {
  const json = { name: `Lamp ${randomUUID()}`, price: 19.9, stockQuantity: 3 };
  const answer = await shop.request('POST', '/products', { json });
  assert.equal(answer.status, 201, answer.text);
  made.push(answer.json.productId);
  return answer.json;
}

async function assertKept({ productId, name }) {
  const answer = await shop.request('GET', `/products/${productId}`);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.name, name);
}

describe('up', () => {
  let introduction;
  before(async () => { introduction = await shop.done(['up']); });

  test('prints the address, the sign-ins, and a curl line that works', async () => {
    const { url, password } = shop.description;
    assert.match(introduction, new RegExp(`^ +The API +${url} `, 'm'));
    assert.match(introduction, new RegExp(`^ +Sign-ins +admin, staff, viewer +password ${password}$`, 'm'));
    assert.deepEqual(await followCurlLine(shop, introduction), []);
  });

  test('a second time restarts nothing', async () => {
    const earlier = shop.description;
    await shop.done(['up']);
    assert.deepEqual(shop.description, earlier);
  });

  test('restarts what was configured anew, and nothing else', async () => {
    const earlier = shop.description.pids;
    fs.writeFileSync(path.join(shop.state, 'local.conf'), 'LOG_LEVEL=debug\n');
    await shop.done(['up']);
    const { pids, configFile } = shop.description;
    for (const name of UNCONFIGURED) assert.equal(pids[name], earlier[name], name);
    assert.notEqual(pids.notifier, earlier.notifier);
    assert.deepEqual(pids.workers.filter((pid) => earlier.workers.includes(pid)), []);
    assert.match(fs.readFileSync(configFile, 'utf8'), /^LOG_LEVEL=debug$/m);
    assert.equal(await statusOf(shop), 200);
  });

  test('takes no database and no option of the programs from the environment', async () => {
    const { configFile, pids } = shop.description;
    const configuration = fs.readFileSync(configFile, 'utf8');
    const elsewhere = 'postgresql://somebody@127.0.0.1:1/theirs';
    await kill([pids.pool, ...pids.workers]); // so that others are started
    await shop.done(['up'], { DATABASE_URL: elsewhere, MIGRATION_DATABASE_URL: elsewhere, COGNITO_CLIENT_ID: 'theirs',
      PGHOST: '127.0.0.1', PGPORT: '1', PGDATABASE: 'theirs', PGUSER: 'somebody', PGSERVICE: 'theirs',
      PGREQUIREPEER: 'somebody' });
    assert.equal(fs.readFileSync(configFile, 'utf8'), configuration);
    assert.equal(await statusOf(shop), 200);
  });
});

describe('status', () => {
  const row = (name, state) => new RegExp(`^${name} +${state}\\b`, 'm');

  test('is 0 when everything runs', async () => {
    const { pids, url } = shop.description;
    const printed = await shop.done(['status']);
    for (const name of SERVERS) assert.match(printed, row(name, `running +${pids[name]}`));
    assert.match(printed, row('api', `running +${pids.pool}`));
    pids.workers.forEach((pid) => assert.match(printed, new RegExp(`^ *${pid} +(idle|busy)\\b`, 'm')));
    assert.match(printed, new RegExp(`^ready +${url}$`, 'm'));
  });

  test('is 3 when the pool died, says so, and up starts it again', async () => {
    const earlier = shop.description.pids;
    await kill([earlier.pool, ...earlier.workers]);
    const { code, stdout } = await shop.dev(['status']);
    assert.equal(code, 3);
    assert.match(stdout, row('api', 'died'));
    for (const name of SERVERS) assert.match(stdout, row(name, 'running'));

    await shop.done(['up']);
    await shop.done(['status']);
    const { pids } = shop.description;
    for (const name of SERVERS) assert.equal(pids[name], earlier[name], name);
  });
});

describe('the commands for a running stack', () => {
  test('url', async () => assert.equal(await shop.done(['url']), `${shop.description.url}\n`));

  test('token: of the user that was named, else of admin', async () => {
    const claims = async (...user) => {
      const [, payload] = (await shop.done(['token', ...user])).split('.');
      return JSON.parse(Buffer.from(payload, 'base64url'));
    };
    assert.deepEqual((await claims('staff'))['cognito:groups'], ['staff']);
    assert.deepEqual((await claims())['cognito:groups'], ['admin']);
    await assertRefused(['token', 'nobody'], 1, /no token for nobody/, /admin, staff, viewer, nogroup/);
  });

  test('psql: as the owner', async () => {
    assert.equal(await shop.done(['psql', '-At', '-c', 'select 1']), '1\n');
    assert.equal(await shop.done(['psql', '-At', '-c', 'select current_user, current_database()']),
      'stockpilot_owner|stockpilot\n');
  });

  test('logs: of every part, or of one', async () => {
    const answer = await shop.request('GET', '/products?limit=1');
    const all = await shop.done(['logs']);
    for (const part of ['api', 'postgres', 'access']) {
      assert.ok(all.includes(`==> ${shop.state}/log/${part}.log <==\n`), part);
    }
    assert.ok((await shop.done(['logs', 'api'])).includes(answer.headers['x-request-id']));
    await assertRefused(['logs', 'nothing'], 1, /no log of that name: nothing/, /\bapi\.log\b/);
  });

  test('logs -f: what comes later, too', async () => {
    const follower = spawn(path.join(repository, 'dev'), ['logs', 'api', '-f'],
      { ...shop.settings, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    try {
      let text = '';
      const lines = follower.stdout.setEncoding('utf8').on('data', (more) => { text += more; });
      await once(lines, 'data');
      const id = (await shop.request('GET', '/products?limit=1')).headers['x-request-id'];
      while (!text.includes(id)) await once(lines, 'data', { signal: AbortSignal.timeout(10_000) });
    } finally {
      process.kill(-follower.pid);
      await once(follower, 'close');
    }
  });
});

test('what is not understood is refused with the usage, and nothing is done', async () => {
  const usage = /^usage: \.\/dev COMMAND$/m;
  await assertRefused(['frobnicate'], 2, /unknown command: frobnicate/, usage);
  await assertRefused([], 2, usage);
  await assertRefused(['up', '--frobnicate'], 1, /unknown option: --frobnicate/, /usage: \.\/dev up \[--large\]/);
  await assertRefused(['down', '--frobnicate'], 1, /unknown option: --frobnicate/, /usage: \.\/dev down \[--purge\]/);
  await assertRefused(['logs', 'api', '--frobnicate'], 1, /unknown option: --frobnicate/, /usage: \.\/dev logs /);
  await assertRefused(['test', 'frobnicate'], 1, /no such part: frobnicate/, /unit/);
  const help = await shop.dev(['help']);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  assert.match(help.stdout, usage);
  await shop.done(['status']);
});

describe('after a crash, up works and nothing is lost:', () => {
  const AS_THE_OWNER_OF_THE_CLUSTER = process.getuid() === 0
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

  const recordedProcesses = () => {
    const run = path.join(shop.state, 'run');
    return fs.readdirSync(run).filter((name) => name.endsWith('.pid')).map((name) => path.join(run, name));
  };

  async function assertRisen(product, earlier, pids) {
    assert.equal((await shop.dev(['status'])).code, 3);
    await shop.done(['up']);
    assert.deepEqual(pids.filter(isRunning), [], 'what the crash has left was ended');
    assert.equal(shop.description.url, earlier.url);
    assert.equal(await statusOf(shop), 200);
    await assertKept(product);
    await shop.done(['status']);
  }

  test('every server was killed at once', async () => {
    const product = await addProduct();
    const { description } = shop;
    const { pids } = traces(shop);
    await kill(shop.pids);
    await assertRisen(product, description, pids);
  });

  test('the machine went down, and others have the ids of its processes now', async () => {
    const product = await addProduct();
    const { description } = shop;
    const { pids, memory, sockets } = traces(shop);
    await kill(pids);
    for (const name of [...memory, sockets]) fs.rmSync(name, { recursive: true });
    const [command, ...words] = [...AS_THE_OWNER_OF_THE_CLUSTER, 'cat'];
    const stranger = spawn(command, words, { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
    try {
      for (const record of [`${description.clusterDirectory}/postmaster.pid`, ...recordedProcesses()]) {
        fs.writeFileSync(record, fs.readFileSync(record, 'utf8').replace(/^\d+/, stranger.pid));
      }
      await assertRisen(product, description, pids);
      assert.ok(isRunning(stranger.pid), 'it was left alone');
    } finally {
      stranger.kill();
    }
  });
});

describe('down', () => {
  let earlier;
  let product;

  test('leaves no process, no socket and no shared memory, and may be said twice', async () => {
    earlier = shop.description;
    product = await addProduct();
    await assertNothingLeft(shop, () => shop.done(['down']));
    await shop.done(['down']);
    const { code, stdout } = await shop.dev(['status']);
    assert.equal(code, 3);
    for (const name of [...SERVERS, 'api']) assert.match(stdout, new RegExp(`^${name} +stopped$`, 'm'));
    for (const command of ['url', 'token', 'psql']) {
      await assertRefused([command], 1, /the stack is not running/, /\.\/dev up/);
    }
  });

  test('forgets nothing: the next up has the same address and data, and adds no demo to them', async () => {
    const products = async () => (await shop.request('GET', '/products')).json.map(({ productId }) => productId);
    await shop.done(['up'], { STOCKPILOT_DEMO: 'small' });
    assert.equal(shop.description.url, earlier.url);
    await assertKept(product);
    assert.deepEqual((await products()).sort(), made.sort());
    await shop.done(['down']);
  });

  test('a port that somebody else took meanwhile is chosen again, and remembered', async () => {
    const port = Number(new URL(earlier.url).port);
    const somebody = net.createServer().listen(port, '127.0.0.1');
    await once(somebody, 'listening');
    try {
      await shop.done(['up']);
    } finally {
      somebody.close();
    }
    const { url, httpUrl, apiUrl } = shop.description;
    assert.notEqual(url, earlier.url);
    assert.deepEqual([httpUrl, apiUrl], [earlier.httpUrl, earlier.apiUrl]);
    assert.equal(await statusOf(shop), 200);
    assert.match(fs.readFileSync(path.join(shop.state, 'ports'), 'utf8'), new RegExp(`=${new URL(url).port}$`, 'm'));
  });

  test('--purge forgets everything, even after a crash', async () => {
    const { clusterDirectory } = shop.description;
    fs.rmSync(path.join(shop.state, 'local.conf')); // that is the user's
    await assertNothingLeft(shop, async () => {
      await kill(shop.pids);
      await shop.done(['down', '--purge']);
    });
    for (const name of [shop.state, clusterDirectory]) assert.ok(!fs.existsSync(name), name);
    await shop.done(['down']);
    await shop.done(['down', '--purge']);
    assert.ok(!fs.existsSync(shop.state));
  });
});

describe('ups at once', () => {
  let twice;
  before(() => { twice = open(path.join(folder, 'twice')); });

  const up = () => spawn(path.join(repository, 'dev'), ['up'], { ...twice.settings, stdio: ['ignore', 'pipe', 'inherit'] });
  const isInitdb = ({ text }) => /^[^\0]*\/initdb\0/.test(text);

  /** An `up` that is killed while it makes the database. initdb outlives it, and is held where it was. */
  async function killHalfWay() {
    const killed = up();
    const initdb = await until(() => twice.family().find(isInitdb), { what: 'initdb', deadline: 30_000 });
    process.kill(initdb.pid, 'SIGSTOP');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    return initdb.pid;
  }

  test('wait for each other, and for what a killed one has left at work', async () => {
    const initdb = await killHalfWay();
    try {
      const both = [up(), up()];
      const ends = both.map((one) => once(one, 'exit'));
      for (const [said] of await Promise.all(both.map((one) => once(one.stdout, 'data')))) {
        assert.match(String(said), /Waiting for another \.\/dev on this stack/);
      }
      process.kill(initdb, 'SIGCONT');
      both.forEach((one) => one.stdout.resume());
      assert.deepEqual(await Promise.all(ends), [[0, null], [0, null]]);
    } finally {
      if (isRunning(initdb)) process.kill(initdb, 'SIGCONT');
    }
  });

  test('make one stack', async () => {
    assert.equal(await statusOf(twice), 200);
    const family = twice.family();
    const members = family.map(({ pid }) => pid);
    const leaders = family.filter(({ parent }) => !members.includes(parent)).map(({ pid }) => pid);
    assert.deepEqual(leaders.sort(), twice.pids.sort());
    await assertNothingLeft(twice, () => twice.done(['down', '--purge']));
  });
});

test('a state folder may have a space in its path', async () => {
  const spaced = open(path.join(folder, 'my own shop'));
  await followCurlLine(spaced, await spaced.done(['up']));
  await spaced.done(['status']);
  await assertNothingLeft(spaced, () => spaced.done(['down', '--purge']));
  assert.ok(!fs.existsSync(spaced.state));
});

describe('an ordinary user', () => {
  const AS_NOBODY = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
  const NOT_NEEDED = ['.git', '.dev', 'tests', 'autom4te.cache'];

  const mustDo = (command, ...words) => {
    const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };

  /** TMPDIR, if everyone may pass through it. */
  function commonFolder() {
    const ours = os.tmpdir();
    fs.chmodSync(ours, (fs.statSync(ours).mode & 0o7777) | 0o011);
    const { status } = spawnSync(AS_NOBODY[0], [...AS_NOBODY.slice(1), 'test', '-x', ours]);
    return status === 0 ? ours : '/tmp';
  }

  /** A home with a checkout, the programs, a Node that everyone may run, and neither npm nor sudo. */
  function makeHome(programs) {
    const home = makeFolder(commonFolder());
    const inside = (name) => path.join(home, name);
    for (const name of ['checkout', 'programs', 'bin']) fs.mkdirSync(inside(name));
    const parts = fs.readdirSync(repository).filter((name) => !NOT_NEEDED.includes(name));
    mustDo('cp', '-a', ...parts.map((name) => path.join(repository, name)), inside('checkout'));
    mustDo('cp', ...['stockpilot-api', 'stockpilot-notifier', 'stockpilot-pool', 'stockpilotctl'].map((name) => path.join(programs, name)), inside('programs'));
    mustDo('cp', process.execPath, inside('bin/node'));
    for (const name of ['npm', 'sudo']) {
      fs.writeFileSync(inside(`bin/${name}`), `#!/bin/sh\necho "${name} is not for you" >&2\nexit 1\n`, { mode: 0o755 });
    }
    mustDo('chown', '-R', 'nobody:nogroup', home);
    return home;
  }

  test('needs neither root nor sudo', async () => {
    if (process.getuid() !== 0) { // then all the other tests have proved it
      assert.notEqual(process.geteuid(), 0);
      return;
    }
    const home = makeHome(process.env.STOCKPILOT_BUILD ?? path.join(repository, '.dev', 'build'));
    const checkout = path.join(home, 'checkout');
    const theirs = open(path.join(checkout, '.dev'), {
      checkout,
      as: AS_NOBODY,
      environment: {
        HOME: home, TMPDIR: home, USER: 'nobody', PATH: `${home}/bin:${process.env.PATH}`,
        STOCKPILOT_STATE: '', STOCKPILOT_BUILD: `${home}/programs`, STOCKPILOT_NO_BUILD: '1',
      },
    });
    await followCurlLine(theirs, await theirs.done(['up']));
    const owners = theirs.pids.map((pid) => fs.statSync(`/proc/${pid}`).uid);
    assert.deepEqual(new Set(owners), new Set([fs.statSync(home).uid]));
    await theirs.done(['status']);
    await assertNothingLeft(theirs, () => theirs.done(['down']));
  });
});
