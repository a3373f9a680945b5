// ./dev bench: this system beside its peers. bench/README.md says what is measured and how.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compare } from './comparison.mjs';
import { abortLoad, Load } from './load.mjs';
import { machine } from './machine.mjs';
import { Measurement } from './measure.mjs';
import { memoryOfSystem } from './memory.mjs';
import { million } from './million.mjs';
import { pointsOf, readOptions, UsageError } from './options.mjs';
import { abortPgbench, Pgbench } from './pgbench.mjs';
import { stopAll } from './processes.mjs';
import { elapsedSeconds, say } from './progress.mjs';
import { report } from './report.mjs';
import { walkPages } from './requests.mjs';
import { Shop } from './shop.mjs';
import { Stack, stackDown } from './stack.mjs';
import { coldStart } from './start.mjs';
import { makeSystem, OURS } from './systems.mjs';
import { tokenCosts } from './token_costs.mjs';
import { writeTokens } from './tokens.mjs';

const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)));
const WORKERS = Number.parseInt(process.env.STOCKPILOT_WORKERS || '8', 10);
const MANY_TOKENS = 4000;
const PEOPLE = 500;
const PAGES = 100;

let aborted = false;

// Everything one size of data needs, up to the point where measuring can begin.
async function prepare(options, data, socketDirectory) {
  const stack = new Stack({ repository: REPOSITORY, state: options.state, build: options.build, data, workers: WORKERS });
  await stack.up();
  const directory = join(options.state, data, 'bench');
  mkdirSync(directory, { recursive: true });
  const tokens = writeTokens(stack, directory, { clients: 1024, many: MANY_TOKENS, people: PEOPLE });
  const shop = new Shop(stack);
  const about = { stack, state: options.state, socketDirectory, buildDirectory: options.build, workers: WORKERS };
  const ours = makeSystem(OURS, about);
  await ours.start(tokens.first);
  const load = new Load({ buildDirectory: options.build, directory, tokens });
  return { stack, directory, tokens, shop, about, ours, load };
}

async function startPeers(names, { about, tokens, ours }) {
  const bytes = Buffer.byteLength((await ours.ask('/dashboard', { token: tokens.first })).body);
  const peers = [];
  for (const name of names.filter((one) => one !== 'pgbench' && one !== 'none')) {
    const peer = Object.assign(makeSystem(name, about), { bytes });
    await peer.start(tokens.first);
    peers.push(peer);
    say(`${name} is ready`);
  }
  return peers;
}

async function measureData(options, data, results, socketDirectory) {
  const prepared = await prepare(options, data, socketDirectory);
  const { stack, shop, ours, tokens, load, directory } = prepared;
  const peers = await startPeers(options.peers, prepared);
  const equal = await compare(ours, peers.filter(({ name }) => name !== 'nginx-return'), shop, tokens);
  say(`${equal} answers of each peer, and the rows it writes, are the same as ours`);
  shop.pages = await walkPages(ours, tokens.first, PAGES);
  const systems = [ours, ...peers];
  const pgbench = options.peers.includes('pgbench') ? new Pgbench({ stack, shop, directory, clients: WORKERS }) : null;
  const measurement = new Measurement({ systems, shop, load, pgbench, options });
  await measurement.warmUp();
  for (const { endpoint, clients } of pointsOf(options, data)) {
    results.points.push(await measurement.point(endpoint, clients));
  }
  if (options.mixed && data === options.data[0]) {
    results.mixed = await measurement.mixed(options.clients.includes(32) ? 32 : options.clients[0]);
  }
  results.shops[data] = { products: shop.products, sales: shop.sales };
  if (data === options.data[0]) {
    results.memory = Object.fromEntries(systems.map((system) => [system.name, memoryOfSystem(system)]));
    results.systems = Object.fromEntries(systems.map(({ name, label, note }) => [name, { label, note }]));
    results.tokens = tokenCosts(stack, tokens);
    results.start = await coldStart(stack, { workers: WORKERS, directory, socketDirectory });
  }
  await Promise.all(peers.map((peer) => peer.stop()));
  await stack.down();
}

async function run(options, socketDirectory) {
  const results = {
    began: new Date().toISOString(), machine: machine(), options, workers: WORKERS, shops: {}, points: [],
  };
  for (const data of options.data) await measureData(options, data, results, socketDirectory);
  results.seconds = elapsedSeconds();
  return results;
}

// One of the small commands, on the demo data.
async function alone(options, socketDirectory) {
  const prepared = await prepare(options, 'demo', socketDirectory);
  const { stack, tokens, directory } = prepared;
  const result = await {
    tokens: () => tokenCosts(stack, tokens),
    start: () => coldStart(stack, { workers: WORKERS, directory, socketDirectory }),
    million: async () => {
      prepared.shop.pages = await walkPages(prepared.ours, tokens.first, PAGES);
      return million(prepared, options.requests);
    },
  }[options.command]();
  await stack.down();
  return result;
}

async function end() {
  abortLoad();
  abortPgbench();
  await stopAll();
  await stackDown().catch((error) => say(error.message));
}

// What the small commands found last is told by the report of a run too.
const remembered = (options, name) => join(options.state, `${name}.json`);

function recall(options, name) {
  try {
    return JSON.parse(readFileSync(remembered(options, name), 'utf8'));
  } catch {
    return null;
  }
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  mkdirSync(options.state, { recursive: true });
  const socketDirectory = mkdtempSync(join(tmpdir(), 'bench-'));
  chmodSync(socketDirectory, 0o700);
  process.once('exit', () => rmSync(socketDirectory, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      aborted = true;
      say('ending what was started');
      end().finally(() => process.exit(130));
    });
  }
  options.aborted = () => aborted;
  try {
    if (options.command === 'run') {
      const results = await run(options, socketDirectory);
      results.million = recall(options, 'million');
      report(results, options, REPOSITORY);
    } else {
      const result = { at: new Date().toISOString(), ...await alone(options, socketDirectory) };
      writeFileSync(remembered(options, options.command), `${JSON.stringify(result, null, 2)}\n`);
      process.stdout.write(`\n${result.text}\n`);
      if (result.failed) process.exitCode = 1;
    }
  } finally {
    if (!aborted) await end();
  }
}

main().catch((error) => {
  if (aborted) return;
  process.stderr.write(`\n./dev bench: ${error instanceof UsageError ? error.message : error.stack}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
