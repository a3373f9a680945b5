// A streaming replica of a stack's PostgreSQL: beside it in the same folder of sockets, under another port, and a
// process of ours.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ownerOf } from './postmaster.mjs';
import { until } from './stack.mjs';

const run = promisify(execFile);
const FIRST_PORT = 5432; // that of the stack's own server

/** The URL of a stack with the server that listens at `port`; of several ports, whichever of them takes writes. */
export function urlOf(url, ...ports) {
  const socket = new URLSearchParams(url.slice(url.indexOf('?'))).get('host');
  const hosts = ports.map(() => socket).join(',');
  const session = ports.length > 1 ? '&target_session_attrs=read-write' : '';
  return `${url.slice(0, url.indexOf('?'))}?host=${hosts}&port=${ports.join(',')}${session}`;
}

export class Replica {
  #stack;

  #process;

  #who;

  #folder;

  constructor(stack, port) {
    this.#stack = stack;
    this.port = port;
    this.#who = { cwd: '/', ...ownerOf(stack.pids.postgres) };
    this.#folder = `${stack.clusterDirectory}.${port}`;
  }

  /**
   * Copies the server at port `from` and follows it. From then on that one acknowledges no commit before it is on
   * this one's disk as well.
   */
  static async of(stack, { from = FIRST_PORT, port }) {
    const replica = new Replica(stack, port);
    await replica.#copy(from);
    await replica.#start();
    const primary = { url: urlOf(stack.adminDatabaseUrl, from) };
    await replica.#ask(primary, "alter system set synchronous_standby_names = '*'; select pg_reload_conf()");
    await until(async () => (await replica.#ask(primary, "select count(*) from pg_stat_replication where sync_state = 'sync'")) === '1',
      { what: 'a replica in step', deadline: 30_000 });
    return replica;
  }

  async #ask({ url }, script) {
    const child = run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', url, '-f', '-']);
    child.child.stdin.end(script);
    return (await child).stdout.trim();
  }

  #program(name) {
    const [postgres] = fs.readFileSync(`/proc/${this.#stack.pids.postgres}/cmdline`, 'utf8').split('\0');
    return path.join(path.dirname(postgres), name);
  }

  async #copy(from) {
    const { password } = new URL(this.#stack.adminDatabaseUrl.replace('@/', '@localhost/'));
    const socket = new URLSearchParams(this.#stack.adminDatabaseUrl.split('?')[1]).get('host');
    fs.mkdirSync(this.#folder, { mode: 0o700 });
    if (this.#who.uid !== undefined) fs.chownSync(this.#folder, this.#who.uid, this.#who.gid);
    await run(this.#program('pg_basebackup'), ['-D', this.#folder, '-R', '-X', 'stream', '-c', 'fast',
      '-h', socket, '-p', String(from), '-U', 'postgres'], { ...this.#who, env: { ...process.env, PGPASSWORD: password } });
  }

  async #start() {
    const socket = new URLSearchParams(this.#stack.adminDatabaseUrl.split('?')[1]).get('host');
    const log = fs.openSync(path.join(this.#stack.logDirectory, `postgres-${this.port}.log`), 'a');
    // It has copied what the other one was told about replicas, and has none itself.
    this.#process = spawn(this.#program('postgres'), ['-D', this.#folder, '-k', socket, '-c', 'listen_addresses=',
      '-c', `port=${this.port}`, '-c', 'max_connections=100', '-c', `cluster_name=replica${this.port}`, '-c', 'deadlock_timeout=200ms'],
    { ...this.#who, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    await until(() => {
      assert.equal(this.#process.exitCode, null, 'the replica does not start');
      return this.#ask({ url: urlOf(this.#stack.adminDatabaseUrl, this.port) }, 'select 1').catch(() => false);
    }, { what: 'the replica', deadline: 60_000 });
  }

  /** Makes it the primary, which waits for nobody. */
  async promote() {
    const self = { url: urlOf(this.#stack.adminDatabaseUrl, this.port) };
    await this.#ask(self, "alter system reset synchronous_standby_names; select pg_reload_conf(); select pg_promote(true, 60)");
    assert.equal(await this.#ask(self, 'select pg_is_in_recovery()'), 'f');
  }

  /** Ends it as a machine ends that loses its power. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** Ends it in good order and removes it. */
  async remove() {
    await this.#end('SIGINT');
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal) {
    if (this.#process === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill(signal);
    await exit;
  }
}
