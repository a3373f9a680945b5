// What is taken away under load, and what clients see of it. Each ends with the books.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { say } from '../progress.mjs';
import { aftermath, servedBy } from './aftermath.mjs';
import { noticedWithin } from './balancer.mjs';
import { checkSales } from './books.mjs';
import { Clients, PATIENCE_MS } from './clients.mjs';
import { until } from './waiting.mjs';

const BEFORE_MS = 1500;
/** Without a failure for so long, it is over. */
const QUIET_MS = 1500;
const SHARES_MS = 2000;
/** For whoever decides that a primary is gone: not ours to be quick at. */
const DECIDED_MS = 1000;
/** What a busy machine may add. */
const SLACK_MS = 4000;
/** A good answer within this of the primary's return: what docs/aws.md promises, and what a busy machine may add. */
const FOUND_MS = 5000 + SLACK_MS;

/** Load around `event`, which gives the moment it happened and whatever it measured. */
async function underLoad(run, event) {
  const clients = new Clients(run.target, run.sold);
  await pause(BEFORE_MS);
  const found = await event(clients);
  await clients.stop();
  const sales = await checkSales(run.primary, run.sold, run.applications[0]);
  say(`the books add up: ${sales} acknowledged sales, each there once`);
  return found;
}

/** Waits until all is answered well again. What still fails when `deadline` is over is found by who looks at the tries. */
async function untilQuiet(clients, deadline) {
  const end = performance.now() + deadline;
  const lastFailure = () => clients.tries.reduce((last, { at, took, outcome }) => (outcome === 'ok' ? last : Math.max(last, at + took)), 0);
  await pause(QUIET_MS);
  while (performance.now() < end && performance.now() - lastFailure() < QUIET_MS) await pause(QUIET_MS - (performance.now() - lastFailure()));
}

/** Both hosts answer a fair share. */
async function bothServe(clients) {
  const from = performance.now();
  await pause(SHARES_MS);
  const shares = servedBy(clients, from, performance.now());
  const all = Object.values(shares).reduce((sum, one) => sum + one, 0);
  assert.equal(Object.keys(shares).length, 2, `who answers: ${JSON.stringify(shares)}`);
  assert.ok(Math.min(...Object.values(shares)) > 0.25 * all, `what each host answers: ${JSON.stringify(shares)}`);
  return shares;
}

/** `how`: "silent", as by its power or its network, or "killed", all its programs but not its kernel. */
export async function loseHost(run, how) {
  const { balancer, applications: [, lost], haste } = run;
  say(`a host is lost: ${how}`);
  return underLoad(run, async (clients) => {
    const from = performance.now();
    if (how === 'silent') await lost.host.lose();
    else await lost.kill();
    await balancer.untilDown(lost.name);
    const noticed = performance.now() - from;
    // Who had asked it before then may still be waiting.
    if (how === 'silent') await pause(PATIENCE_MS);
    await untilQuiet(clients, SLACK_MS);
    const seen = aftermath(clients, from, performance.now());
    const limit = noticedWithin(haste) + SLACK_MS / 1000;
    assert.ok((seen.lastFailureSent ?? 0) <= limit, `requests that were sent ${seen.lastFailureSent} s after it still failed; ${limit} s may be`);
    await balancer.giveUp(lost.name);
    const back = performance.now();
    if (how === 'silent') await lost.host.open();
    await lost.start();
    await balancer.untilUp(lost.name);
    return { how, noticed: noticed / 1000, ...seen, back: (performance.now() - back) / 1000, shares: await bothServe(clients) };
  });
}

/** Taken out in good order, ended, started and taken in again: nobody notices. */
export async function drainHost(run) {
  const { balancer, applications: [, host] } = run;
  say('a host is taken out in good order, and comes back');
  return underLoad(run, async (clients) => {
    const from = performance.now();
    await balancer.drain(host.name);
    const drained = performance.now() - from;
    await host.stop();
    await pause(QUIET_MS);
    await host.start();
    await balancer.register(host.name);
    const shares = await bothServe(clients);
    const seen = aftermath(clients, from, performance.now());
    const noticed = clients.tries.filter(({ at, outcome }) => at >= from && outcome !== 'ok').map((one) => ({ ...one, at: one.at - from }));
    assert.deepEqual(noticed, [], 'nobody may notice');
    return { drained: drained / 1000, ...seen, shares };
  });
}

/**
 * The primary is lost, and the standby promoted a second later; then it is made anew as the standby of the other. `how`: "killed", its
 * postmaster, or "silent", the host.
 */
export async function losePrimary(run, how, through = 'directly') {
  const { primary: lost, standby: next } = run;
  say(`the primary is lost: ${how}; the hosts reach the database ${through}`);
  return underLoad(run, async (clients) => {
    const from = performance.now();
    if (how === 'silent') await lost.host.lose();
    else await lost.kill();
    await pause(DECIDED_MS);
    next.promote();
    run.pooler?.lead(next);
    const promoted = performance.now();
    Object.assign(run, { primary: next, standby: lost });
    await until(() => clients.sales.some(({ settled }) => settled > promoted), { what: 'a sale at the new primary' });
    const firstSale = clients.sales.find(({ settled }) => settled > promoted).settled;
    await untilQuiet(clients, FOUND_MS);
    const seen = aftermath(clients, from, performance.now());
    assert.ok(seen.lastFailureSent * 1000 <= promoted - from + FOUND_MS,
      `requests that were sent ${seen.lastFailureSent} s after the loss still failed; the standby was promoted after ${(promoted - from) / 1000} s`);
    if (how === 'silent') await lost.host.open();
    await lost.follow(next);
    return { how, through, promoted: (promoted - from) / 1000, firstSale: (firstSale - promoted) / 1000, ...seen };
  });
}
