// A million requests of all kinds, with many tokens, against ours: what every process of it holds must stay as it was.
import { setTimeout as sleep } from 'node:timers/promises';

import { descriptorsOf, memoryOf, nameOf, tree } from './processes.mjs';
import { say } from './progress.mjs';
import { ENDPOINTS } from './requests.mjs';
import { most } from './statistics.mjs';

const WARM_UP = 50_000; // every worker has then met every kind of request, and remembers as many tokens as it can
const IDLE_MS = 3000; // nginx closes a connection that nobody uses after a second
const CLIENTS = 32;
const MOST_SECONDS = 3600;
const MOST_GROWTH_KB = 128;

const SHARES = { dashboard: 30, product: 35, search: 20, list: 9, update: 5, create: 1 };

function plan(shop) {
  return Object.entries(SHARES).flatMap(([name, share]) => {
    const [head, ...requests] = ENDPOINTS[name].of(shop);
    const [word, kind, , status] = head.split(' ');
    return [[word, kind, share, status].join(' '), ...requests];
  });
}

async function look(system) {
  await sleep(IDLE_MS);
  return new Map(tree(system.applicationPids).map((pid) => (
    [pid, { name: nameOf(pid), descriptors: descriptorsOf(pid), ...memoryOf(pid) }])));
}

function verdict(before, after) {
  const faults = [];
  for (const [pid, then] of before) {
    const now = after.get(pid);
    if (!now) faults.push(`process ${pid} (${then.name}) has ended`);
    else if (now.pss === undefined) faults.push(`process ${pid} (${then.name}) cannot be looked at without root`);
    else if (now.pss - then.pss > MOST_GROWTH_KB) faults.push(`process ${pid} (${then.name}) has grown by ${now.pss - then.pss} kB`);
    else if (now.descriptors > then.descriptors) {
      faults.push(`process ${pid} (${then.name}) has ${now.descriptors} descriptors instead of ${then.descriptors}`);
    }
  }
  return faults;
}

export async function million({ ours, shop, load }, requests) {
  const options = { clients: CLIENTS, seconds: MOST_SECONDS, token: 'drawn' };
  say(`${WARM_UP} requests, to warm up`);
  await load.run(ours, plan(shop), { ...options, tokens: 'many', requests: WARM_UP });
  const before = await look(ours);
  say(`${requests} requests`);
  const run = await load.run(ours, plan(shop), { ...options, tokens: 'own', requests, seed: 2 });
  const after = await look(ours);
  shop.tidy();
  const faults = verdict(before, after);
  if (run.errors + run.starved > 0) faults.push(`${run.errors} requests failed, ${run.starved} clients starved: ${run.firstFailure}`);
  const rows = [...before].map(([pid, then]) => {
    const now = after.get(pid) ?? {};
    return `  ${String(pid).padStart(8)}  ${then.name.padEnd(16)} ${String(then.pss).padStart(8)} → ${String(now.pss).padStart(6)} kB`
      + `${String(then.rss).padStart(9)} → ${String(now.rss).padStart(6)} kB${String(then.descriptors).padStart(8)} → ${now.descriptors}`;
  });
  return {
    requests: run.completed,
    workerMebibytes: most([...after.values()].filter(({ name }) => name === 'stockpilot-api').map(({ pss }) => pss)) / 1024,
    perSecond: run.perSecond,
    errors: run.errors,
    starved: run.starved,
    processes: Object.fromEntries([...before].map(([pid, then]) => [pid, { before: then, after: after.get(pid) ?? null }])),
    faults,
    failed: faults.length > 0,
    text: [`${run.completed} requests, ${Math.round(run.perSecond)} a second, ${run.errors} errors, ${run.starved} starved clients`,
      '   process                           PSS                    RSS        descriptors', ...rows,
      ...(faults.length > 0 ? faults.map((fault) => `NOT FLAT: ${fault}`) : ['Memory and descriptors are flat.'])].join('\n'),
  };
}
