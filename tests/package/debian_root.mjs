// A bare Debian 12 of its own to install packages in. Mounts are this process's: it has to run in a mount namespace, as ./dev test starts it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bareRoot = fileURLToPath(new URL('bare-root', import.meta.url));
/** What a shell of an administrator has, and nothing of ours. */
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy'].filter((name) => process.env[name]);

export class DebianRoot {
  /** `shared` are folders of this host that it has at the same place; `within` is what its commands are put behind, for other namespaces. */
  constructor({ cache, shared = [], within = [] }) {
    const { STOCKPILOT_OUTER_MOUNTS: outer } = process.env;
    if (!outer || fs.readlinkSync('/proc/self/ns/mnt') === outer) throw new Error('it would mount things for everybody: run it by ./dev test package');
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'debian-root-'));
    fs.chmodSync(this.folder, 0o755);
    execFileSync(bareRoot, [this.folder, cache], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.within = within;
    this.mounted = ['/dev', ...shared];
    for (const place of this.mounted) {
      fs.mkdirSync(this.folder + place, { recursive: true });
      execFileSync('mount', ['--rbind', place, this.folder + place]);
    }
    this.mounted.push('/proc');
    if (within.length > 0) execFileSync(within[0], [...within.slice(1), 'mount', '-t', 'proc', 'proc', `${this.folder}/proc`]);
    else execFileSync('mount', ['--rbind', '/proc', `${this.folder}/proc`]);
    // What its programs share, nobody else does.
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', `${this.folder}/dev/shm`]);
  }

  #command(words, environment) {
    const proxies = Object.fromEntries(PROXIES.map((name) => [name, process.env[name]]));
    const [program, ...parameters] = [...this.within, 'chroot', this.folder, ...words];
    return [program, parameters, { env: { ...ENVIRONMENT, ...proxies, ...environment }, maxBuffer: 64 << 20 }];
  }

  /** Runs a program in it: { code, output }, what it says on both. */
  run(words, environment = {}) {
    const [program, parameters, options] = this.#command(words, environment);
    return new Promise((resolve) => {
      execFile(program, parameters, options, (error, stdout, stderr) => resolve({ code: error ? error.code ?? 1 : 0, output: stdout + stderr }));
    });
  }

  /** The same, which has to succeed: its output. */
  async done(words, environment) {
    const { code, output } = await this.run(words, environment);
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${output.slice(-4000)}`);
    return output.trim();
  }

  /** A program that stays; ended by its pid. */
  start(words, environment = {}) {
    const [program, parameters, options] = this.#command(words, environment);
    return spawn(program, parameters, { ...options, stdio: ['ignore', 'ignore', fs.openSync(path.join(this.folder, 'var/log/started.log'), 'a')] });
  }

  path(name) { return path.join(this.folder, name); }

  remove() {
    for (const place of this.mounted) execFileSync('umount', ['--recursive', '--lazy', this.folder + place]);
    // And nothing of what is mounted there, should a mount have stayed.
    execFileSync('rm', ['-rf', '--one-file-system', this.folder]);
  }
}
