// A reload rolls every worker to the new configuration and program without losing a request, or is refused and changes
// nothing. Acceptance case 90.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { assertNothingFails } from './load.mjs';
import { ctl, poolStatus, servingPids, startPool, untilServing } from './pool.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { endPool, isRunning } from './worker-processes.mjs';

const WORKERS = 3;
const RELOADS = 20;
const BETWEEN = 40; // requests, from one reload to the next

let stack;
let folder;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'reload-'));
  // nginx keeps few connections, so that new workers have their share at once and old ones are left in the midst of it.
  stack = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: String(WORKERS), STOCKPILOT_KEEPALIVE: '2' } });
});

after(async () => {
  await stack?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function reload(pool = stack) {
  const answer = await ctl(pool, 'reload');
  assert.deepEqual(answer, { code: 0, stdout: `reloaded: ${WORKERS} workers\n`, stderr: '' });
  await untilServing(pool, WORKERS); // who was told to leave says so itself, a moment later
}

async function hangUp(pool = stack) {
  const { reloads } = (await poolStatus(pool)).pool;
  process.kill(pool.pid ?? pool.pids.pool, 'SIGHUP');
  await until(async () => {
    const now = (await poolStatus(pool)).pool;
    return now?.reloads === reloads + 1 && now.reloadState === 'done';
  }, { what: 'the reload' });
  await untilServing(pool, WORKERS);
}

describe(`AC-90 ${RELOADS} reloads under load, writes included: no failed request, no write lost or done twice`, () => {
  for (const [how, ask] of Object.entries({ 'stockpilotctl reload': reload, HUP: hangUp })) {
    test(`${RELOADS / 2} by ${how}: all workers are new ones each time, the pool is the same process`, async () => {
      const first = (await poolStatus(stack)).pool.reloads;
      const seen = new Set();
      await assertNothingFails(stack, { clients: 12 }, async (load) => {
        for (let count = 1; count <= RELOADS / 2; count += 1) {
          const earlier = await servingPids(stack);
          earlier.forEach((pid) => seen.add(pid));
          await ask();
          const { pool } = await poolStatus(stack);
          assert.deepEqual([pool.pid, pool.reloads, pool.wanted], [stack.pids.pool, first + count, WORKERS]);
          assert.deepEqual((await servingPids(stack)).filter((pid) => seen.has(pid)), [], 'none is of before');
          await load.answers(BETWEEN);
          assert.ok((await poolStatus(stack)).workers.some(({ pid, requests }) => !seen.has(pid) && requests > 0), 'the new ones serve');
        }
      });
      await until(() => [...seen].every((pid) => !isRunning(pid)), { what: 'the end of those of before', deadline: 20_000 });
    });
  }

  test('one upon the other, while those of the last are being started: the pool lives', async () => {
    await assertNothingFails(stack, { clients: 6 }, async () => {
      for (let count = 0; count < 60; count += 1) {
        process.kill(stack.pids.pool, 'SIGHUP');
        await pause(20 + 7 * (count % 7));
      }
    });
    const { pool } = await until(async () => {
      const now = await poolStatus(stack);
      return now.pool?.reloadState === 'done' && now;
    }, { what: 'the last one' });
    assert.equal(pool.pid, stack.pids.pool);
    await untilServing(stack, WORKERS);
  });
});

describe('a configuration', () => {
  let original;
  before(() => { original = fs.readFileSync(stack.configFile, 'utf8'); });
  afterEach(async () => {
    fs.writeFileSync(stack.configFile, original);
    await reload();
  });
  const configure = (name, value) => fs.writeFileSync(stack.configFile,
    `${original.split('\n').filter((line) => !line.startsWith(`${name}=`)).join('\n')}${name}=${value}\n`);
  const healthLines = () => stack.logLines().filter(({ event, route }) => event === 'request' && route === '/healthz').length;

  test('that was changed takes effect, for the workers and for the pool', async () => {
    const ask = async () => assert.equal((await stack.request('GET', '/healthz')).status, 200);
    const started = () => stack.logLines().filter(({ event }) => event === 'pool_reloading').length;
    await ask();
    await until(() => healthLines() > 0, { what: 'the line of a request' });
    configure('LOG_LEVEL', 'error');
    await reload();
    const [lines, reloads] = [healthLines(), started()];
    await ask();
    await reload();
    await ask();
    fs.writeFileSync(stack.configFile, original);
    await reload();
    await ask();
    await until(() => healthLines() > lines, { what: 'the line of a request' });
    assert.equal(healthLines(), lines + 1, 'the requests meanwhile have none');
    assert.equal(started(), reloads + 1, 'nor has the reload meanwhile');
  });

  test('that is broken is refused: exit status 1, in words, the same workers, no failed request; once repaired it is taken', async () => {
    await assertNothingFails(stack, { clients: 6 }, async () => {
      const [earlier, { reloads }] = [await servingPids(stack), (await poolStatus(stack)).pool];
      for (const [name, value] of [['LOG_LEVEL', 'loud'], ['DATABASE_URL', 'x'], ['WORKER_HARD_LIMIT_MS', '1'], ['MAX_KEPT_CONNECTIONS', '0']]) {
        configure(name, value);
        const { code, stdout, stderr } = await ctl(stack, 'reload');
        assert.deepEqual([code, stdout], [1, ''], name);
        assert.match(stderr, /refused.*the workers\s+go on as before/s, name);
        const { well, findings, pool } = await poolStatus(stack);
        assert.deepEqual([well, pool.reloadState, pool.pid], [false, 'refused', stack.pids.pool]);
        assert.ok(findings.some((finding) => /last reload was refused/.test(finding)), findings.join());
        assert.deepEqual(await servingPids(stack), earlier);
      }
      assert.ok((await poolStatus(stack)).pool.reloads >= reloads + 4);
      const problem = stack.logLines().filter(({ event }) => event === 'configuration_problem').at(-1);
      assert.equal(problem.level, 'error');
      assert.ok(stack.logLines().some(({ event, level }) => event === 'reload_refused' && level === 'error'));
      fs.writeFileSync(stack.configFile, original);
      await reload();
      assert.equal((await poolStatus(stack)).pool.reloadState, 'done');
      assert.deepEqual((await servingPids(stack)).filter((pid) => earlier.includes(pid)), []);
    });
  });
});

describe('a new program', () => {
  let pool; // in place of the stack's, of programs in a folder of its own
  let programs;
  const worker = () => path.join(programs, 'stockpilot-api');

  // As a package does it: a new file, then its name.
  function install(name, contents, { from } = {}) {
    const fresh = path.join(programs, `${name}.new`);
    if (from) fs.copyFileSync(from, fresh);
    else fs.writeFileSync(fresh, contents);
    fs.chmodSync(fresh, 0o755);
    fs.renameSync(fresh, path.join(programs, name));
  }
  // Says which version it is, in a way that the process still tells when the real one runs.
  const wrapper = (version) => `#!/bin/sh\necho ${version} $$ >>${programs}/versions\nexec ${stack.build}/stockpilot-api "$@"\n`;
  const versionsOf = (pids) => {
    const lines = fs.readFileSync(path.join(programs, 'versions'), 'utf8').split('\n');
    return pids.map((pid) => lines.findLast((line) => line.endsWith(` ${pid}`))?.split(' ')[0]);
  };

  before(async () => {
    programs = path.join(folder, 'bin');
    fs.mkdirSync(programs);
    for (const name of ['stockpilot-pool', 'stockpilotctl']) install(name, undefined, { from: path.join(stack.build, name) });
    install('stockpilot-api', wrapper('first'));
    await endPool(stack, 'SIGTERM');
    pool = await startPool(stack, { name: 'upgrade', build: programs, parameters: ['--workers', String(WORKERS)] });
    await untilServing(pool, WORKERS);
  });

  after(() => pool?.stop());

  test('of the workers: all run it after the reload, and no request fails', async () => {
    assert.deepEqual(versionsOf(await servingPids(pool)), Array(WORKERS).fill('first'));
    await assertNothingFails(stack, { clients: 6 }, async () => {
      install('stockpilot-api', wrapper('second'));
      await reload(pool);
      assert.deepEqual(versionsOf(await servingPids(pool)), Array(WORKERS).fill('second'));
    });
  });

  test('of the pool: it becomes that, the process stays, and so does what it was told', async () => {
    assert.equal((await ctl(pool, 'scale', '1-4')).code, 0);
    await ctl(pool, 'scale', String(WORKERS));
    const inode = fs.statSync(path.join(programs, 'stockpilot-pool')).ino;
    await assertNothingFails(stack, { clients: 6 }, async () => {
      install('stockpilot-pool', undefined, { from: path.join(stack.build, 'stockpilot-pool') });
      assert.notEqual(fs.statSync(path.join(programs, 'stockpilot-pool')).ino, inode);
      const { upMs } = (await poolStatus(pool)).pool;
      for (let count = 0; count < 2; count += 1) await reload(pool);
      const status = await poolStatus(pool);
      assert.deepEqual([status.pool.pid, status.pool.wanted], [pool.pid, WORKERS]);
      assert.ok(status.pool.upMs > upMs, 'it is up for as long as the process is');
      if (process.geteuid() === 0) { // its memory is private, so its folder in /proc is root's
        assert.equal(fs.statSync(`/proc/${pool.pid}/exe`).ino, fs.statSync(path.join(programs, 'stockpilot-pool')).ino);
      }
    });
  });

  test('of the pool that does not run is refused, and the pool goes on', async () => {
    const earlier = await servingPids(pool);
    install('stockpilot-pool', '#!/bin/sh\nexit 3\n');
    const { code, stderr } = await ctl(pool, 'reload');
    assert.equal(code, 1);
    assert.match(stderr, /refused/);
    assert.deepEqual(await servingPids(pool), earlier);
    install('stockpilot-pool', undefined, { from: path.join(stack.build, 'stockpilot-pool') });
    await reload(pool);
  });

  for (const [what, contents] of Object.entries({
    'ends at once': '#!/bin/sh\nexit 1\n',
    'cannot be run': '#!/no/such/interpreter\n',
    'dies by a signal': '#!/bin/sh\nkill -SEGV $$\n',
  })) {
    test(`of the workers that ${what}: the reload says so, the old workers go on and no request fails; once repaired it is taken`, async () => {
      await assertNothingFails(stack, { clients: 6 }, async (load) => {
        const earlier = await servingPids(pool);
        install('stockpilot-api', contents);
        const { code, stderr } = await ctl(pool, 'reload');
        assert.equal(code, 1, stderr);
        assert.match(stderr, /new workers end soon after their start/);
        await load.answers(BETWEEN);
        const { well, findings, pool: { reloadState, quickDeaths } } = await poolStatus(pool);
        assert.deepEqual([well, reloadState], [false, 'rolling']);
        assert.ok(quickDeaths > 1);
        assert.ok(findings.some((finding) => /new workers do not stay up/.test(finding)), findings.join());
        assert.deepEqual(await servingPids(pool), earlier, 'the old ones go on');
        install('stockpilot-api', wrapper('repaired'));
        await reload(pool);
        assert.deepEqual(versionsOf(await servingPids(pool)), Array(WORKERS).fill('repaired'));
      });
      assert.ok((await poolStatus(pool)).well);
    });
  }

  test('of the workers that is not there: refused before anything happens', async () => {
    const earlier = await servingPids(pool);
    fs.renameSync(worker(), `${worker()}.away`);
    const { code, stderr } = await ctl(pool, 'reload');
    fs.renameSync(`${worker()}.away`, worker());
    assert.equal(code, 1, stderr);
    assert.deepEqual(await servingPids(pool), earlier);
    await reload(pool);
  });

  // Last, since the pool is then the one of the build.
  describe('while it is looked whether a reload may be', () => {
    const checking = () => until(async () => (await poolStatus(pool)).pool.reloadState === 'checking', { what: 'the look' });
    let original;

    before(() => {
      original = fs.readFileSync(stack.configFile, 'utf8');
      install('stockpilot-pool', `#!/bin/sh\ncase "$*" in *--check) sleep 0.5 ;; esac\nexec ${stack.build}/stockpilot-pool "$@"\n`);
    });
    after(() => fs.writeFileSync(stack.configFile, original));

    test('another is asked for, with a configuration that is broken by then: both are refused, and the pool lives', async () => {
      const earlier = await servingPids(pool);
      const first = ctl(pool, 'reload');
      await checking();
      fs.writeFileSync(stack.configFile, `${original}LOG_LEVEL=loud\n`);
      const answers = await Promise.all([first, ctl(pool, 'reload')]);
      fs.writeFileSync(stack.configFile, original);
      for (const { code, stderr } of answers) {
        assert.equal(code, 1);
        assert.match(stderr, /refused/);
      }
      assert.deepEqual(await servingPids(pool), earlier);
    });

    test('another is asked for: both are told that it is done', async () => {
      const { reloads } = (await poolStatus(pool)).pool;
      const first = ctl(pool, 'reload');
      await checking();
      for (const { code, stderr } of await Promise.all([first, ctl(pool, 'reload')])) assert.equal(code, 0, stderr);
      const status = await poolStatus(pool);
      assert.deepEqual([status.pool.pid, status.pool.reloads, status.pool.reloadState], [pool.pid, reloads + 2, 'done']);
    });
  });
});
