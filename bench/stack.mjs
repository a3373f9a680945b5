// A stack of ./dev for the bench: StockPilot itself, its database and the OpenID provider. Each size of data has its own.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { say } from './progress.mjs';

// So high that none of them is met.
const LIMITS = { STOCKPILOT_RATE: '1000000', STOCKPILOT_BURST: '100000', STOCKPILOT_CONNECTIONS: '10000' };
const DEMO = { demo: 'small', large: 'large' };

let up = null; // the one that runs

function dev(stack, args) {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(stack.program, args, {
      env: { ...process.env, ...stack.environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { output += bytes; });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0
      ? resolve(output) : reject(new Error(`./dev ${args.join(' ')} failed:\n${output}`))));
  });
}

export class Stack {
  constructor({ repository, state, build, data, workers }) {
    this.repository = repository;
    this.program = join(repository, 'dev');
    this.state = join(state, data);
    this.data = data;
    this.build = build;
    this.environment = {
      ...LIMITS,
      STOCKPILOT_STATE: this.state,
      STOCKPILOT_BUILD: build,
      STOCKPILOT_NO_BUILD: '1',
      STOCKPILOT_DEMO: DEMO[data],
      STOCKPILOT_DASHBOARD: 'no',
      STOCKPILOT_WORKERS: String(workers),
    };
  }

  async up() {
    up = this;
    say(`starting StockPilot with the ${this.data} data`
      + (existsSync(join(this.state, 'cluster')) ? '' : ', which is made first (minutes for the large)'));
    await dev(this, ['up']);
    this.describe();
  }

  // What `up` wrote down: addresses and process ids.
  describe() {
    Object.assign(this, { description: JSON.parse(readFileSync(join(this.state, 'stack.json'), 'utf8')) });
  }

  async down() {
    if (up === this) up = null;
    await dev(this, ['down']);
  }

  get applicationPids() {
    const { pool, notifier, workers } = this.description.pids;
    return [pool, notifier, ...workers];
  }

  get postgresPids() { return [this.description.pids.postgres]; }

  get nginxPids() { return [this.description.pids.nginx]; }

  // As the superuser, since tidying up after a write removes what nobody else may.
  sql(text) {
    return execFileSync('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-'], {
      input: text, encoding: 'utf8', env: { ...process.env, ...this.adminEnvironment }, stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 1 << 26,
    }).trim();
  }

  // For libpq. Passwords do not stand on a command line.
  get adminEnvironment() { return environmentFrom(this.description.adminDatabaseUrl); }

  get appEnvironment() { return environmentFrom(this.description.databaseUrl); }
}

export function environmentFrom(url) {
  const [, user, password, database, host] = /^postgresql:\/\/([^:]+):([^@]+)@\/([^?]+)\?host=(.+)$/.exec(url);
  return { PGUSER: user, PGPASSWORD: password, PGDATABASE: database, PGHOST: decodeURIComponent(host) };
}

export async function stackDown() {
  await up?.down();
}
