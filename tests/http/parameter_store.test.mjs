// The programs' configuration comes from Parameter Store: at the start, at a reload, and not in between. What it has that
// is wrong, or that it cannot be read, stops a start and refuses a reload, and changes nothing for what runs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { assertNothingFails } from './load.mjs';
import { logOf } from './notifier.mjs';
import { ParameterStore, PATH } from './parameters.mjs';
import { ctl, poolStatus, servingPids, startPool, untilServing } from './pool.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { askOnce } from './fastcgi-client.mjs';
import { childrenOf, gone, spawnWorkers } from './worker-processes.mjs';

const WORKERS = 3;
const HUSH = 'hush-never-shown';

let stack;
let store;
let folder;
const secrets = [HUSH];

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));
  stack = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: String(WORKERS) } });
  store = new ParameterStore(stack);
  secrets.push(passwordOf(stack.databaseUrl));
});
after(async () => {
  await stack?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
afterEach(() => store.fail('ok'));

const passwordOf = (url) => /:([^:@/]+)@/.exec(url)[1];
const problems = () => stack.logLines().filter(({ event }) => event === 'configuration_problem');

async function reload() {
  const answer = await ctl(stack, 'reload');
  assert.deepEqual(answer, { code: 0, stdout: `reloaded: ${WORKERS} workers\n`, stderr: '' });
  await untilServing(stack, WORKERS);
}

/** Nothing happened: the same workers, and the log says why. */
async function assertRefused(answer, earlier, fact) {
  assert.deepEqual([answer.code, answer.stdout], [1, '']);
  assert.match(answer.stderr, /refused/);
  assert.match(problems().at(-1).fact, fact);
  assert.equal((await poolStatus(stack)).pool.pid, stack.pids.pool);
  assert.deepEqual(await servingPids(stack), earlier);
}

/** What somebody in no group is told, who has a role by DEFAULT_ROLE only. */
const groupless = async () => (await stack.request('GET', '/products', { user: 'nogroup' })).status;

const isReadable = (folder) => {
  try {
    return fs.readdirSync(folder).length > 0;
  } catch {
    return false;
  }
};

describe('What the store has', () => {
  test('is what the stack runs on; check-config shows where each option is from, and no secret', async () => {
    assert.doesNotMatch(fs.readFileSync(stack.configFile, 'utf8'), /^(DATABASE_URL|COGNITO_|SNS_)/m);
    await store.delete('S3_BUCKET_NAME');
    await store.put('S3_BUCKET_NAME', 'bucket-of-nobody', 'SecureString');
    await store.put('sns/unknown', HUSH, 'SecureString');
    const { code, stdout, stderr } = await ctl(stack, 'check-config');
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^DATABASE_URL +parameter ${PATH}/DATABASE_URL +\\(secret\\)$`, 'm'));
    assert.match(stdout, new RegExp(`^COGNITO_CLIENT_ID +parameter ${PATH}/COGNITO_CLIENT_ID +${stack.clientId}$`, 'm'));
    assert.match(stdout, new RegExp(`^S3_BUCKET_NAME +parameter ${PATH}/S3_BUCKET_NAME +\\(from a SecureString\\)$`, 'm'));
    assert.match(stdout, /^USE_PARAMETER_STORE +line \d+ +true$/m);
    assert.equal(stderr, `warning: ${PATH}/sns/unknown is a parameter but not an option. It is ignored; stockpilotctl check-config --list has all options.\n`);
    secrets.forEach((secret) => assert.ok(!`${stdout}${stderr}`.includes(secret)));
    await store.delete('S3_BUCKET_NAME');
    await store.put('S3_BUCKET_NAME', stack.s3Bucket);
    await store.delete('sns/unknown');
  });

  test('in a SecureString is hidden by check-config in what is made of it as well', async () => {
    const made = { COGNITO_ISSUER: stack.issuer, COGNITO_JWKS_URL: stack.jwksUrl };
    for (const [name, value] of Object.entries(made)) {
      await store.delete(name);
      await store.put(name, value, 'SecureString');
    }
    const { code, stdout, stderr } = await ctl(stack, 'check-config');
    for (const [name, value] of Object.entries(made)) {
      await store.delete(name);
      await store.put(name, value);
    }
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Tokens are accepted from \(from a SecureString\)\nwhose keys are at \(from a SecureString\)$/m);
    Object.values(made).forEach((value) => assert.ok(!stdout.includes(value)));
  });

  test('is a URL, and a password of its own that is changed alone, whatever characters it has', async () => {
    const secret = `p@ss w/ö%rd:${randomUUID()}`;
    const former = passwordOf(stack.databaseUrl);
    secrets.push(secret, encodeURIComponent(secret));
    await store.delete('DATABASE_URL');
    await store.put('DATABASE_URL', stack.databaseUrl.replace(`:${former}@`, '@'));
    await store.put('database/password', former, 'SecureString');
    await reload();
    assert.equal((await stack.request('GET', '/products', { user: 'viewer' })).status, 200);
    const ofTheRole = (password) => stack.sql(`alter role stockpilot_app password '${password}'`);
    await ofTheRole(secret);
    await store.put('database/password', secret, 'SecureString');
    await reload();
    assert.equal((await stack.request('GET', '/products', { user: 'viewer' })).status, 200);
    assert.match((await ctl(stack, 'check-config')).stdout, new RegExp(`^DATABASE_PASSWORD +parameter ${PATH}/database/password +\\(secret\\)$`, 'm'));
    assert.equal((await ctl(stack, 'outbox', 'list')).code, 0);
    await ofTheRole(former);
    await store.delete('database/password');
    await store.delete('DATABASE_URL');
    await store.put('DATABASE_URL', stack.databaseUrl, 'SecureString');
    await reload();
  });

  test('is live after a reload, no sooner, and no request is lost', async () => {
    await assertNothingFails(stack, { clients: 6 }, async (load) => {
      assert.equal(await groupless(), 200);
      await store.put('DEFAULT_ROLE', 'none');
      assert.equal(await groupless(), 200);
      await reload();
      assert.equal(await groupless(), 403);
      await load.answers(40);
      await store.delete('DEFAULT_ROLE');
      await store.put('default/role', 'viewer');
      await reload();
      assert.equal(await groupless(), 200);
    });
    await store.delete('default/role');
  });

  test('the file and the environment win over', async () => {
    const original = fs.readFileSync(stack.configFile, 'utf8');
    await store.put('DEFAULT_ROLE', 'none');
    fs.writeFileSync(stack.configFile, `${original}DEFAULT_ROLE=viewer\n`);
    await reload();
    assert.equal(await groupless(), 200);
    fs.writeFileSync(stack.configFile, original);
    await store.delete('DEFAULT_ROLE');
    await reload();
  });

  test('a new password of the database is taken up under load, without a failed request', async () => {
    const password = 'the-new-one-of-the-role';
    secrets.push(password);
    await assertNothingFails(stack, { clients: 6 }, async (load) => {
      await stack.execute('alter role stockpilot_app password $1', [password]);
      await store.put('DATABASE_URL', stack.databaseUrl.replace(passwordOf(stack.databaseUrl), password), 'SecureString');
      await reload();
      await load.answers(40);
      await stack.execute('alter role stockpilot_app password $1', [passwordOf(stack.databaseUrl)]);
      await store.put('DATABASE_URL', stack.databaseUrl, 'SecureString');
      await reload();
      await load.answers(40);
    });
  });

  test('is asked for once at a reload, and by no worker', async () => {
    const before = await store.asked();
    await reload();
    const pages = await store.asked() - before;
    assert.ok(pages >= 1 && pages <= 2, `${pages} calls`);
    const [worker] = await servingPids(stack);
    process.kill(worker, 'SIGKILL');
    await until(async () => (await servingPids(stack)).length === WORKERS && !(await servingPids(stack)).includes(worker), { what: 'another worker' });
    assert.equal(await store.asked() - before, pages);
  });

  test('is in one descriptor of the pool, and in none of a worker; nothing of it stands in environment or arguments', async () => {
    if (process.geteuid() !== 0 && !isReadable(`/proc/${stack.pids.pool}/fd`)) {
      // Nor is it anybody's but root's to look.
      for (const pid of await servingPids(stack)) assert.ok(!isReadable(`/proc/${pid}/fd`));
      return;
    }
    const snapshots = (pid) => fs.readdirSync(`/proc/${pid}/fd`)
      .filter((fd) => fs.readlinkSync(`/proc/${pid}/fd/${fd}`).includes('stockpilot-parameters'));
    await reload();
    await store.fail('denied');
    await ctl(stack, 'reload');
    assert.equal(snapshots(stack.pids.pool).length, 1);
    for (const pid of [stack.pids.pool, ...await servingPids(stack)]) {
      const told = fs.readFileSync(`/proc/${pid}/environ`, 'latin1') + fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      secrets.forEach((secret) => assert.ok(!told.includes(secret)));
      if (pid !== stack.pids.pool) assert.deepEqual(snapshots(pid), []);
    }
  });

  test('is read by a worker itself where there is no pool', async () => {
    const before = await store.asked();
    const socket = path.join(folder, 'alone.sock');
    const alone = await spawnWorkers(stack, { socket, count: 1 });
    try {
      await until(() => askOnce(socket, { path: '/readyz' }).then(({ status }) => status === 200, () => false), { what: 'the worker' });
      assert.ok(await store.asked() > before);
    } finally {
      await alone.stop();
    }
  });
});

describe('AC-82 A reload is refused, and all goes on,', () => {
  test('when the store does not let us read; a worker that is killed meanwhile comes back', async () => {
    await assertNothingFails(stack, { clients: 4 }, async (load) => {
      const earlier = await servingPids(stack);
      await store.fail('denied');
      await assertRefused(await ctl(stack, 'reload'), earlier, /^cannot be read from Parameter Store: SSM says 400 AccessDeniedException$/);
      await load.answers(20);
    });
    const [worker] = await servingPids(stack);
    process.kill(worker, 'SIGKILL');
    await until(async () => (await servingPids(stack)).length === WORKERS && !(await servingPids(stack)).includes(worker), { what: 'another worker' });
    const { code, stderr } = await ctl(stack, 'check-config');
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^error: ${PATH} cannot be read from Parameter Store: SSM says 400 AccessDeniedException`));
    assert.doesNotMatch(stderr, /is not set/);
  });

  test('when the store is away for longer than it is waited for', async () => {
    const earlier = await servingPids(stack);
    process.kill(stack.pids.ssm, 'SIGKILL');
    try {
      const asked = ctl(stack, 'reload');
      await until(async () => (await poolStatus(stack)).pool.reloadState === 'checking', { what: 'the look' });
      const [worker, ...others] = earlier;
      process.kill(worker, 'SIGKILL');
      const now = await until(async () => {
        const pids = await servingPids(stack);
        return pids.length === WORKERS && !pids.includes(worker) && pids;
      }, { what: 'another worker' });
      assert.ok(others.every((pid) => now.includes(pid)));
      await assertRefused(await asked, now, /^cannot be read from Parameter Store: HTTP request failed/);
    } finally {
      await stack.dev('up');
      stack.reread();
    }
    await reload();
  });

  test('when it has a wrong value, which is told by the name of its parameter; and no value of a SecureString is', async () => {
    const earlier = await servingPids(stack);
    for (const [name, value, type, fact] of [['slow/request-ms', '-1', 'String', /^is out of range: "-1"$/],
      ['REQUEST_DEADLINE_MS', HUSH, 'SecureString', /^is not a whole number$/],
      ['MIGRATION_DATABASE_URL', `mysql://a:${HUSH}@db/x`, 'String', /^(?!.*hush)/]]) {
      await store.put(name, value, type);
      await assertRefused(await ctl(stack, 'reload'), earlier, fact);
      assert.equal(problems().at(-1).place, `parameter ${PATH}/${name}`);
      await store.delete(name);
    }
  });

  test('when a required parameter is gone, or one is there in two spellings that differ', async () => {
    const earlier = await servingPids(stack);
    await store.delete('COGNITO_CLIENT_ID');
    await assertRefused(await ctl(stack, 'reload'), earlier, new RegExp(`^is not set, nor is there a parameter ${PATH}/COGNITO_CLIENT_ID$`));
    assert.equal(problems().at(-1).option, 'COGNITO_CLIENT_ID');
    await store.put('COGNITO_CLIENT_ID', stack.clientId);
    await store.put('cognito/client-id', 'another');
    await assertRefused(await ctl(stack, 'reload'), earlier, new RegExp(`is another value than that of the parameter ${PATH}/cognito/client-id$`));
    await store.delete('cognito/client-id');
    await reload();
  });

  test('while the store keeps its check waiting: that ends with its pool', async () => {
    const pool = await startPool(stack, { name: 'orphaned', socket: path.join(folder, 'orphaned.sock') });
    try {
      await store.fail('hang');
      process.kill(pool.pid, 'SIGHUP');
      await until(async () => await store.keptWaiting() === 1, { what: 'the check' });
      const isCheck = (pid) => fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--check');
      const children = childrenOf(pool.pid);
      const checks = children.filter(isCheck);
      const workers = children.filter((pid) => !isCheck(pid));
      assert.equal(checks.length, 1);
      process.kill(pool.pid, 'SIGKILL');
      await gone(checks);
      await gone(workers, 40_000);
    } finally {
      await pool.stop('SIGKILL');
    }
  });

  test('and throttling alone is waited out', async () => {
    await store.fail('throttle', 3);
    await reload();
  });
});

describe('AC-82 A start', () => {
  const start = (options) => startPool(stack, { name: 'start', socket: path.join(folder, 'start.sock'), options });

  test('without a required key fails, and names it and never a value', async () => {
    await store.put('COGNITO_CLIENT_ID', HUSH, 'SecureString', '/elsewhere');
    await assert.rejects(start({ PARAMETER_STORE_PATH: '/elsewhere' }), ({ message }) => {
      assert.match(message, /^the pool ended with 78: /);
      assert.match(message, /"option":"DATABASE_URL","place":"","fact":"is not set, nor is there a parameter \/elsewhere\/DATABASE_URL"/);
      assert.ok(!message.includes(HUSH));
      return true;
    });
  });

  test('from a store that cannot be read fails, and says what it is told', async () => {
    await store.fail('denied');
    await assert.rejects(start({}), /^Error: the pool ended with 78: .*cannot be read from Parameter Store: SSM says 400 AccessDenied/s);
  });
});

describe('The notifier', () => {
  const ended = (event, count) => until(() => logOf(stack).filter((line) => line.event === event).length > count, { what: event });
  const count = (event) => logOf(stack).filter((line) => line.event === event).length;

  test('reads it at its start and on HUP, and goes on as before when it cannot', async () => {
    const processes = childrenOf(stack.pids.notifier);
    const [reloaded, refused] = [count('notifier_reloaded'), count('notifier_reload_refused')];
    await store.fail('denied');
    process.kill(stack.pids.notifier, 'SIGHUP');
    await ended('notifier_reload_refused', refused);
    assert.deepEqual(childrenOf(stack.pids.notifier), processes);
    await store.fail('ok');
    await store.put('NOTIFIER_POLL_MS', '60000');
    const before = await store.asked();
    process.kill(stack.pids.notifier, 'SIGHUP');
    await ended('notifier_reloaded', reloaded);
    assert.ok(await store.asked() > before);
    await until(() => childrenOf(stack.pids.notifier).length === processes.length, { what: 'its processes, which it starts after it says so' });
    await store.delete('NOTIFIER_POLL_MS');
  });

  test('goes on while the store keeps it waiting, and ends when it is told to', async () => {
    const { notifier } = stack.pids;
    const processes = childrenOf(notifier);
    const stopped = count('notifier_stopped');
    await store.fail('hang');
    process.kill(notifier, 'SIGHUP');
    await until(async () => await store.keptWaiting() === 1, { what: 'the look at the store' });
    assert.deepEqual(childrenOf(notifier), processes);
    process.kill(notifier, 'SIGTERM');
    await gone([notifier, ...processes], 20_000);
    assert.equal(count('notifier_stopped'), stopped + 1);
    await store.fail('ok');
    await stack.dev('up');
    stack.reread();
  });
});

test('stockpilotctl reads the database\'s URL from it', async () => {
  const { code, stdout, stderr } = await ctl(stack, 'outbox', 'list', '--json');
  assert.equal(code, 0, stderr);
  assert.ok(JSON.parse(stdout));
});

test('Secrets are in no log', () => {
  for (const name of fs.readdirSync(stack.logDirectory)) {
    const text = fs.readFileSync(path.join(stack.logDirectory, name), 'utf8');
    secrets.forEach((secret) => assert.ok(!text.includes(secret), `in ${name}`));
  }
});
