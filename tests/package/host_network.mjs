// Two networks: this process' own, where everything is that a host finds outside of it, and that of the host, in which nothing else can be reached. A
// host's processes are in a namespace of processes of their own too, and end with it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { until } from '../http/stack.mjs';

export const OUTSIDE = '10.0.0.1';
export const HOST = '10.0.1.10';
/** Where the instance metadata service is. */
export const METADATA = '169.254.169.254';

const ip = (...words) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] });

export class HostNetwork {
  /** This process has to be in a network namespace of its own. */
  async open() {
    const { STOCKPILOT_OUTER_NETWORK: outer } = process.env;
    if (!outer || fs.readlinkSync('/proc/self/ns/net') === outer) throw new Error('it would change the network of everybody: run it by ./dev test package');
    this.holder = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', '--net', '--pid', '--fork', '--kill-child', 'sleep', 'infinity'], { stdio: 'ignore' });
    await until(() => this.#firstProcess() !== undefined, { what: 'the namespaces of the host' });
    ip('link', 'set', 'lo', 'up');
    ip('link', 'add', 'outside', 'type', 'veth', 'peer', 'name', 'host', 'netns', this.pid);
    for (const address of [`${OUTSIDE}/16`, `${METADATA}/32`]) ip('address', 'add', address, 'dev', 'outside');
    ip('link', 'set', 'outside', 'up');
    const inside = (...words) => execFileSync('nsenter', [`--net=/proc/${this.pid}/ns/net`, 'ip', ...words], { stdio: 'inherit' });
    inside('link', 'set', 'lo', 'up');
    inside('address', 'add', `${HOST}/16`, 'dev', 'host');
    inside('link', 'set', 'host', 'up');
    inside('route', 'add', 'default', 'via', OUTSIDE);
    return this;
  }

  /** The process that is the first in the host's namespace; undefined as long as it is not there. */
  #firstProcess() {
    const children = fs.readFileSync(`/proc/${this.holder.pid}/task/${this.holder.pid}/children`, 'utf8').trim();
    if (children !== '' && fs.readFileSync(`/proc/${children}/comm`, 'utf8').trim() === 'sleep') this.pid = children;
    return this.pid;
  }

  /** What a command is put behind to run in the host's namespaces. */
  get within() { return ['nsenter', `--net=/proc/${this.pid}/ns/net`, `--pid=/proc/${this.pid}/ns/pid`, '--']; }

  /** Ends all that runs in it. */
  close() { this.holder?.kill('SIGKILL'); }
}
