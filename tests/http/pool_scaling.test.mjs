// The number of workers, changed while they work: by stockpilotctl, by signals, and by the pool itself. Acceptance
// case 90.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { lockOf, whileHolding } from './database-session.mjs';
import { assertNothingFails } from './load.mjs';
import { ctl, poolStatus, servingPids, servingWorkers, untilServing } from './pool.mjs';
import { createProduct, productAddress } from './records.mjs';
import { startPrivateStack, until } from './stack.mjs';
import { childrenOf, isRunning } from './worker-processes.mjs';

const BETWEEN = 150; // requests, from one change of the number to the next
const SHRINKS_MS = 10_000; // the calm it takes

let stack;

before(async () => { stack = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: '2' } }); });
after(() => stack?.stop());

async function scale(to) {
  const answer = await ctl(stack, 'scale', String(to));
  assert.deepEqual(answer, { code: 0, stdout: `${to} workers\n`, stderr: '' });
  assert.equal((await servingPids(stack)).length, to, 'when it is back, so it is');
}

// One at a time: a second signal of a kind is none while the first one waits.
async function signalTo(to) {
  for (let { wanted } = (await poolStatus(stack)).pool; wanted !== to;) {
    wanted += Math.sign(to - wanted);
    process.kill(stack.pids.pool, to >= wanted && wanted > (await poolStatus(stack)).pool.wanted ? 'SIGTTIN' : 'SIGTTOU');
    const goal = wanted;
    await until(async () => (await poolStatus(stack)).pool.wanted === goal, { what: `${goal} wanted workers` });
  }
  await untilServing(stack, to);
}

describe('AC-90 from 2 to 8 and down to 3 under load, writes included: no failed request, no write lost or done twice', () => {
  for (const [how, change] of Object.entries({ 'stockpilotctl scale': scale, 'TTIN and TTOU': signalTo })) {
    test(`by ${how}`, async () => {
      await scale(2);
      const early = await servingPids(stack);
      await assertNothingFails(stack, { clients: 12 }, async (load) => {
        await load.answers(BETWEEN);
        for (const count of [8, 3, 8, 3]) {
          await change(count);
          await load.answers(BETWEEN);
          const { pool } = await poolStatus(stack);
          assert.deepEqual([pool.minimum, pool.maximum, pool.wanted, pool.pid], [count, count, count, stack.pids.pool]);
        }
      });
      const late = await servingPids(stack);
      assert.deepEqual(early.filter((pid) => !late.includes(pid)), [], 'the youngest go, the others stay');
      await until(() => childrenOf(stack.pids.pool).length === 3, { what: 'the end of those that were too many', deadline: 20_000 });
    });
  }

  test('a worker that was added serves', async () => {
    await scale(2);
    const early = await servingPids(stack);
    await assertNothingFails(stack, { clients: 12 }, async () => {
      await scale(8);
      // nginx keeps a connection for five seconds at most; its next one may be anybody's.
      await until(async () => servingWorkers(await poolStatus(stack)).every(({ requests }) => requests > 0),
        { what: 'a request for each worker', deadline: 20_000 });
    });
    assert.equal((await servingPids(stack)).filter((pid) => !early.includes(pid)).length, 6);
  });
});

describe('what is refused', () => {
  before(() => scale(2));

  for (const number of ['0', '65', '-1', 'x', '', '2.5', '4 ', '2-', '-8', '6-2', '0-4', '2-65', '99999999999999999999']) {
    test(`stockpilotctl scale "${number}": a sentence, and nothing changes`, async () => {
      const limits = async () => {
        const { pool: { pid, minimum, maximum, wanted, reloads } } = await poolStatus(stack);
        return { pid, minimum, maximum, wanted, reloads };
      };
      const [earlier, pids] = [await limits(), await servingPids(stack)];
      const { code, stdout, stderr } = await ctl(stack, 'scale', '--', number);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /number from 1 to 64/);
      assert.deepEqual(await limits(), earlier);
      assert.deepEqual(await servingPids(stack), pids);
    });
  }

  test('stockpilotctl scale without a number, or with two: its usage', async () => {
    for (const words of [[], ['2', '3'], ['--fast', '2']]) {
      const { code, stderr } = await ctl(stack, 'scale', ...words);
      assert.equal(code, 2, stderr);
      assert.ok(stderr);
    }
  });

  test('TTOU with one worker left, and TTIN with 64: logged, and the number stays', async () => {
    const refused = () => stack.logLines().filter(({ event }) => event === 'pool_not_scaled').length;
    await scale(1);
    const earlier = refused();
    process.kill(stack.pids.pool, 'SIGTTOU');
    await until(() => refused() === earlier + 1, { what: 'the refusal' });
    assert.equal((await poolStatus(stack)).pool.wanted, 1);
    assert.equal((await ctl(stack, 'scale', '1-64')).code, 0);
    process.kill(stack.pids.pool, 'SIGTTIN');
    await until(() => refused() === earlier + 2, { what: 'the refusal' });
    const { minimum, maximum } = (await poolStatus(stack)).pool;
    assert.deepEqual([minimum, maximum], [1, 64]);
    await scale(2);
  });
});

test('scale 2-6: all busy brings more workers, up to six; calm takes them away again, one after the other', async () => {
  assert.equal((await ctl(stack, 'scale', '2-6')).code, 0);
  const product = await createProduct({}, stack);
  const agent = new https.Agent({ ca: fs.readFileSync(stack.caFile), keepAlive: true, maxSockets: Infinity });
  const change = () => stack.request('PATCH', productAddress(product), { user: 'staff', json: { price: 11 }, agent });
  let waiting;
  await whileHolding(stack, lockOf(product), async () => {
    let busy = true;
    // Each waits half a second for the lock: more of them than there can be workers.
    waiting = Promise.all(Array.from({ length: 16 }, async () => {
      while (busy) {
        const { status } = await change();
        assert.ok([200, 409, 503].includes(status), String(status));
      }
    }));
    try {
      await untilServing(stack, 6, 20_000);
      await pause(1500);
      const status = await poolStatus(stack);
      assert.deepEqual([status.pool.minimum, status.pool.maximum, status.pool.wanted], [2, 6, 6], 'and no more than that');
      assert.equal(childrenOf(stack.pids.pool).length, 6);
    } finally {
      busy = false;
    }
  });
  await waiting;
  agent.destroy();
  const calm = Date.now();
  await untilServing(stack, 5, 3 * SHRINKS_MS);
  assert.ok(Date.now() - calm > SHRINKS_MS / 2, `after ${Date.now() - calm} ms`);
  const pids = await servingPids(stack);
  assert.ok(pids.every(isRunning));
  await scale(2);
});
