// Hosts as namespaces: each has a network, mounts, processes and shared memory to itself, and one cable to the switch, which is a
// bridge in the namespace of the bench. There the addresses are ours alone, whoever else runs the same beside us.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { tree } from '../processes.mjs';
import { until } from './waiting.mjs';

const run = promisify(execFile);
const ip = (...words) => run('ip', words);

const NETWORK = '10.77.0';
/** Where the bench itself is, with the clients and what stands for AWS. */
export const OUTSIDE = `${NETWORK}.1`;
const NUMBERS = { balancer: 10, database1: 11, database2: 12, host1: 21, host2: 22, pooler: 31 };

const addressOf = (name) => `${NETWORK}.${NUMBERS[name]}`;
const linkAddressOf = (name) => `02:00:0a:4d:00:${String(NUMBERS[name]).padStart(2, '0')}`;

/** Where each other host is plugged in. Asked for it, a host that is lost would be known to be unreachable after three seconds; on AWS it is silent. */
const neighbours = (own, device) => Object.keys(NUMBERS).filter((name) => name !== own)
  .map((name) => ['neighbour', 'replace', addressOf(name), 'lladdr', linkAddressOf(name), 'dev', device, 'nud', 'permanent']);

export async function openSwitch() {
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', 'switch', 'type', 'bridge');
  await ip('address', 'add', `${OUTSIDE}/24`, 'dev', 'switch');
  await ip('link', 'set', 'switch', 'up');
  for (const words of neighbours(null, 'switch')) await ip(...words);
}

/** A program that was started, on a host or outside of all. */
class Program {
  constructor(child, log, inner) {
    Object.assign(this, { child, log, inner });
    this.exit = new Promise((resolve) => { child.once('exit', (code, signal) => resolve(signal ?? code)); });
  }

  get ended() { return this.child.exitCode !== null || this.child.signalCode !== null; }

  /** Its process id: nsenter stays as its parent where it was sent to a host. */
  get pid() { return this.inner ? tree([this.child.pid])[1] : this.child.pid; }

  /** What the first group of a pattern found in its log. */
  reported(pattern) { return pattern.exec(readFileSync(this.log, 'utf8'))?.[1]; }

  async untilSaid(what, deadline = 30_000) {
    await until(() => {
      if (this.ended) throw new Error(`it has ended: ${readFileSync(this.log, 'utf8').slice(-2000)}`);
      return readFileSync(this.log, 'utf8').includes(what);
    }, { what: `"${what}" in ${this.log}`, deadline });
  }

  /** Asks it to end, and waits for that. */
  async stop(signal = 'SIGTERM') {
    if (this.ended) return;
    process.kill(this.pid, signal);
    await this.exit;
  }

  /** It and all that it has started, at once, as by the kernel. */
  async kill() {
    for (const pid of tree([this.pid])) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // workers end with their parent, some before their turn
      }
    }
    await this.exit;
  }
}

function launch(name, folder, [command, ...parameters], { env = {}, inner }) {
  const logs = join(folder, 'log');
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  closeSync(openSync(log, 'w'));
  const output = openSync(log, 'a');
  const child = spawn(command, parameters, { env: { ...process.env, ...env }, stdio: ['ignore', output, output] });
  closeSync(output);
  return new Program(child, log, inner);
}

/** A program beside the hosts, where the clients are. */
export const startOutside = (name, folder, command, options = {}) => launch(name, folder, command, { ...options, inner: false });

export class Host {
  #holder;

  #starts = 0;

  constructor(name, folder) { Object.assign(this, { name, folder, address: addressOf(name) }); }

  /** Its first process, with which all others end. */
  async open() {
    this.#holder = spawn('unshare', ['--net', '--mount', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc', 'bash', '-c',
      'mount -t tmpfs tmpfs /dev/shm && mount -t tmpfs tmpfs /run && echo ready && read -r _'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = await once(this.#holder.stdout, 'data');
    if (String(said) !== 'ready\n') throw new Error(`the host ${this.name} does not open`);
    await ip('link', 'add', this.name, 'type', 'veth', 'peer', 'name', 'eth0', 'address', linkAddressOf(this.name), 'netns', String(this.#holder.pid));
    await ip('link', 'set', this.name, 'master', 'switch', 'up');
    await this.run('ip', ['link', 'set', 'lo', 'up']);
    await this.run('ip', ['address', 'add', `${this.address}/24`, 'dev', 'eth0']);
    await this.run('ip', ['link', 'set', 'eth0', 'up']);
    for (const words of neighbours(this.name, 'eth0')) await this.run('ip', words);
    return this;
  }

  get #enter() {
    const kind = (name) => `/proc/${this.#holder.pid}/ns/${name}`;
    return ['nsenter', `--net=${kind('net')}`, `--mount=${kind('mnt')}`, `--ipc=${kind('ipc')}`, `--pid=${kind('pid_for_children')}`, '--'];
  }

  /** A file of this host as the bench reaches it. */
  file(path) { return `/proc/${this.#holder.pid}/root${path}`; }

  /** Runs a command to its end and gives what it printed. */
  async run(command, parameters, { env = {} } = {}) {
    const [program, ...words] = [...this.#enter, command, ...parameters];
    const { stdout } = await run(program, words, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
    return stdout.trim();
  }

  start(name, command, options = {}) {
    this.#starts += 1;
    return launch(`${this.name}-${name}-${this.#starts}`, this.folder, [...this.#enter, ...command], { ...options, inner: true });
  }

  /** Nothing comes from it or reaches it any more, and nobody is told so. */
  async unplug() { await ip('link', 'set', this.name, 'down'); }

  /** As a machine ends that loses its power: first it is silent, so that no connection is seen to end. */
  async lose() {
    await this.unplug();
    await this.close();
  }

  async close() {
    this.#holder.kill('SIGKILL');
    await once(this.#holder, 'exit');
    // Connections that nobody answered any more keep their namespace, and with it the cable, for minutes.
    await ip('link', 'delete', this.name).catch(() => {});
  }
}
