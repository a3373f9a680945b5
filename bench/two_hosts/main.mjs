#!/usr/bin/env node
// ./dev bench two-hosts: a balancer, two application hosts, a primary with a standby, and then a pooler, each in namespaces of its own;
// load, losses, and the books. bench/two_hosts/run starts it, in namespaces that end with it.
//
//   main.mjs --build DIR --folder DIR [--quick] [--only PART,PART] [--seconds N] [--rounds N] [--haste N] [--pgbouncer FILE] [--json FILE] [--publish]
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { elapsedSeconds, say } from '../progress.mjs';
import { HEALTH_CHECK } from './balancer.mjs';
import { checkAlerts } from './books.mjs';
import { drainHost, loseHost, losePrimary } from './losses.mjs';
import { withPooler } from './pooled.mjs';
import { publish, report } from './report.mjs';
import { openSite } from './site.mjs';
import { Throughput } from './throughput.mjs';

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const WORKERS = Number.parseInt(process.env.STOCKPILOT_WORKERS || '8', 10);

const PARTS = ['throughput', 'hosts', 'database', 'pooler'];

const { values: options } = parseArgs({
  options: {
    build: { type: 'string' },
    folder: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '2' },
    haste: { type: 'string', default: '10' },
    pgbouncer: { type: 'string', default: 'pgbouncer' },
    json: { type: 'string' },
    publish: { type: 'boolean', default: false },
  },
});

const parts = options.only.split(',');
const unknown = parts.find((part) => !PARTS.includes(part));
if (unknown !== undefined) throw new Error(`no such part: ${unknown}. There are: ${PARTS.join(', ')}`);

/** All parts, or those that were asked for; a quick look has the worst loss of each kind. */
async function measure(run) {
  const { quick, build, folder } = options;
  const wanted = (part) => parts.includes(part) && !(quick && (part === 'throughput' || part === 'pooler'));
  const results = { losses: [], failovers: [] };
  const throughput = new Throughput(run, { build, folder, tokens: run.tokens, seconds: Number(options.seconds), rounds: Number(options.rounds) });
  const names = run.applications.map(({ name }) => name);
  if (wanted('throughput')) results.throughput = await throughput.compare({ 'one host': names.slice(0, 1), 'two hosts': names });
  if (wanted('hosts')) {
    results.losses.push(await loseHost(run, 'silent'));
    if (!quick) results.losses.push(await loseHost(run, 'killed'));
    results.drain = await drainHost(run);
  }
  if (wanted('database')) {
    results.failovers.push(await losePrimary(run, 'killed'));
    if (!quick) results.failovers.push(await losePrimary(run, 'silent'));
  }
  if (wanted('pooler')) {
    results.pooler = await withPooler(run, throughput, options.pgbouncer);
    results.failovers.push(results.pooler.failover);
  }
  results.alerts = await checkAlerts({ ...run, database: run.primary });
  results.sales = [...run.sold.values()].reduce((sum, ids) => sum + ids.length, 0);
  return results;
}

const haste = Number(options.haste);
const run = await openSite({
  repository: REPOSITORY, build: options.build, folder: options.folder, workers: WORKERS, haste, demo: !options.quick,
});
const results = {
  began: new Date().toISOString(), processor: cpus()[0].model, cores: cpus().length, workers: WORKERS,
  healthCheck: HEALTH_CHECK, haste, ...await measure(run),
};
results.seconds = elapsedSeconds();
console.log(report(results));
if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
if (options.publish) publish(REPOSITORY, results);
say('every acknowledged sale is there once, the books add up, and all hosts serve');
process.exit(0); // the hosts end with us
