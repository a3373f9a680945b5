// The hosts reach the database through PgBouncer: what that costs, what works, and what does not.
import { setTimeout as pause } from 'node:timers/promises';

import { say } from '../progress.mjs';
import { sendOnce } from './clients.mjs';
import { Host } from './host.mjs';
import { losePrimary } from './losses.mjs';
import { Pooler, TRANSACTION_POOL } from './pooler.mjs';
import { ratioOf } from './throughput.mjs';

const REQUESTS = 128;
/** For the notifier to try what it does there, too. */
const NOTIFIER_MS = 3000;

async function restart(application, databaseUrl) {
  await application.stop();
  await application.start({ databaseUrl });
}

/** Requests to a host whose workers have their connections from a pooler in transaction mode. */
async function inTransactionMode(run, pooler) {
  const { applications: [, host], balancer, target, shelf } = run;
  await balancer.hold(host.name);
  await host.stop();
  await host.begin(pooler.url('stockpilot_transaction'));
  const direct = { ...target, host: host.host.address };
  const reads = await sendOnce(direct, REQUESTS, (number) => ({ method: 'GET', path: `/products/${shelf[number % shelf.length]}` }));
  const writes = await sendOnce(direct, REQUESTS, (number) => ({
    method: 'POST', path: '/sales', key: `transaction-mode-${number}`,
    body: JSON.stringify({ lines: [{ productId: shelf[number % shelf.length], quantity: 1 }] }),
  }));
  await pause(NOTIFIER_MS);
  const causes = [...host.logged('pool'), ...host.logged('notifier')].filter(({ cause }) => cause).map(({ event, cause }) => `${event}: ${cause}`);
  await host.stop();
  say(`in transaction mode: reads ${JSON.stringify(reads)}, sales ${JSON.stringify(writes)}`);
  return { connections: TRANSACTION_POOL, reads, writes, causes: mostFrequent(causes) };
}

function mostFrequent(texts) {
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, 6).map(([text, count]) => ({ count, text }));
}

/** A host that follows, and is asked through a pooler of its own before and after it is promoted: does libpq hear of that? */
async function failover(run, pooler) {
  const { standby } = run;
  if (await pooler.otherTakesWrites()) throw new Error('a standby passes for a primary');
  run.pooler = pooler;
  const lost = await losePrimary(run, 'killed', 'through a pooler in session mode');
  const written = standby.sql('select not pg_is_in_recovery()') === 't';
  return { ...lost, promotionSeenThroughPooler: written && await pooler.otherTakesWrites() };
}

export async function withPooler(run, throughput, program) {
  const { applications: [first, second], balancer, primary, standby, passwords, folder } = run;
  const pooler = new Pooler(await new Host('pooler', folder).open(), passwords, program);
  await pooler.start(primary, standby);
  const transaction = await inTransactionMode(run, pooler);
  await second.start({ databaseUrl: pooler.url() });
  const [directReads, directSales, pooledReads, pooledSales] = await throughput.compare({ directly: [first.name], 'through a pooler': [second.name] });
  const cost = { reads: ratios(pooledReads, directReads), sales: ratios(pooledSales, directSales) };
  await restart(first, pooler.url());
  await Promise.all([first, second].map(({ name }) => balancer.untilUp(name)));
  const connections = run.primary.connections();
  return { version: await pooler.version(), cost, connections, transaction, failover: await failover(run, pooler) };
}

const ratios = (pooled, direct) => ({
  perSecond: ratioOf(pooled, direct, 'perSecond'), p50: ratioOf(pooled, direct, 'p50'), p99: ratioOf(pooled, direct, 'p99'),
});
