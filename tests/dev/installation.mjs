// ./dev as people run it: what it prints and ends with, and which processes are its.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { Stack, repository } from '../http/stack.mjs';
import { isRunning } from '../http/worker-processes.mjs';

const DEADLINE_MS = 90_000;
const OF_THE_BUILD = ['STOCKPILOT_BUILD', 'STOCKPILOT_NO_BUILD'];

/** Our environment without the settings of the stack that other tests of this run share. */
function ownEnvironment() {
  const kept = Object.entries(process.env)
    .filter(([name]) => !name.startsWith('STOCKPILOT_') || OF_THE_BUILD.includes(name));
  return Object.fromEntries(kept);
}

/**
 * Runs a command to its end: { code, stdout, stderr }. That is when nobody holds its output any more, so a
 * server that was started and keeps it is noticed.
 */
async function run(command, parameters, settings) {
  const child = spawn(command, parameters, { ...settings, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => { printed[stream] += text; });
  }
  try {
    const [code] = await once(child, 'close', { signal: AbortSignal.timeout(DEADLINE_MS) });
    return { code, ...printed };
  } catch (error) {
    child.kill();
    throw new Error(`${command} ${parameters.join(' ')}: no end of its output:\n${printed.stdout}${printed.stderr}`,
      { cause: error });
  }
}

function readProcess(pid) {
  const read = (name) => {
    try {
      return fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
    } catch {
      return ''; // ended meanwhile, or somebody else's
    }
  };
  const stat = read('stat');
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  const shared = [...read('maps').matchAll(/ (\/dev\/shm\/[^ \n]+)$/gm)].map(([, name]) => name);
  return { pid, parent, text: `${read('cmdline')} ${read('environ')}`, shared };
}

const processes = () => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
  .filter(isRunning).map(readProcess);

/** The ids of the System V shared memory that one of these processes made. */
export function segmentsOf(pids) {
  return fs.readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, , , , creator]) => pids.includes(creator)).map(([, id]) => id);
}

/** A state folder and the ./dev that fills it. `as` is a command that runs another one as somebody. */
export class Installation {
  constructor(state, { checkout = repository, environment = {}, as = [] } = {}) {
    Object.assign(this, { state, checkout, as });
    this.environment = { STOCKPILOT_DEMO: 'none', STOCKPILOT_WORKERS: '2', STOCKPILOT_STATE: state, ...environment };
  }

  /** How node:child_process is to run its commands. */
  get settings() { return { cwd: this.checkout, env: { ...ownEnvironment(), ...this.environment } }; }

  /** A command run as its user, however it ends; `environment` is for this once. */
  run([...words], environment = {}) {
    const [command, ...parameters] = [...this.as, ...words];
    const { cwd, env } = this.settings;
    return run(command, parameters, { cwd, env: { ...env, ...environment } });
  }

  /** ./dev with these words, however it ends. */
  dev(parameters, environment) { return this.run([path.join(this.checkout, 'dev'), ...parameters], environment); }

  /** ./dev with these words, which must go well: what it printed. */
  async done(parameters, environment) {
    const { code, stdout, stderr } = await this.dev(parameters, environment);
    if (code !== 0) throw new Error(`./dev ${parameters.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** What is in stack.json now. */
  get description() { return JSON.parse(fs.readFileSync(path.join(this.state, 'stack.json'), 'utf8')); }

  /** The processes that ./dev has started last: [pid, …]. The workers are the pool's. */
  get pids() {
    const { postgres, nginx, oidc, sns, ssm, pool, notifier } = this.description.pids;
    return [postgres, nginx, oidc, sns, ssm, pool, notifier];
  }

  /** One request with the token of a member of the staff. */
  async request(method, target, options = {}) {
    const stack = new Stack(this.description);
    try {
      return await stack.request(method, target, { user: 'staff', ...options });
    } finally {
      stack.close();
    }
  }

  /**
   * Everything that runs and names the state folder, with what that has started: [{ pid, parent, text, shared }, …];
   * `shared` are the objects in /dev/shm that it uses.
   */
  family() {
    const all = processes();
    const members = new Set(all.filter(({ text }) => text.includes(this.state)));
    for (const member of members) { // also visits those that are added here
      all.filter(({ parent }) => parent === member.pid).forEach((child) => members.add(child));
    }
    return [...members];
  }
}
