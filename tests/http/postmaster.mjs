// A stack's PostgreSQL as a process: ended in any way, and started again as it was.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { until } from './stack.mjs';
import { isRunning } from './worker-processes.mjs';

/** Who a process runs as, for spawn(). Only root may become somebody else, and only root has to: PostgreSQL refuses to run as root. */
export function ownerOf(pid) {
  if (process.getuid() !== 0) return {};
  const [, uid, gid] = /^Uid:\t(\d+)[^]*^Gid:\t(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { uid: Number(uid), gid: Number(gid) };
}

export class Postmaster {
  #stack;

  #program;

  #parameters;

  #who;

  #restarted; // the process we started in its place

  constructor(stack) {
    this.#stack = stack;
    this.pid = stack.pids.postgres;
    [this.#program, ...this.#parameters] = fs.readFileSync(`/proc/${this.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    this.#who = ownerOf(this.pid);
  }

  /** It and its backends. */
  #processes() {
    return fs.readdirSync('/proc').filter((name) => {
      try {
        return /^\d+$/.test(name) && fs.readlinkSync(`/proc/${name}/cwd`) === this.#stack.clusterDirectory && isRunning(name);
      } catch {
        return false;
      }
    });
  }

  /** Ends it and waits for that; its backends may take longer. A corpse that nobody has fetched would keep its successor away. */
  async end(signal = 'SIGKILL') {
    process.kill(this.pid, signal);
    await until(() => !fs.existsSync(`/proc/${this.pid}`), { what: 'the end of the postmaster', deadline: 30_000 });
  }

  /** Starts it again, and waits until it answers. */
  async start() {
    await until(() => this.#processes().length === 0, { what: 'the end of all backends', deadline: 30_000 });
    const log = fs.openSync(path.join(this.#stack.logDirectory, 'postgres.log'), 'a');
    // A group of its own: Ctrl-C at the terminal is not meant for it.
    this.#restarted = spawn(this.#program, this.#parameters, { stdio: ['ignore', log, log], detached: true, ...this.#who });
    fs.closeSync(log);
    this.pid = this.#restarted.pid;
    await until(() => {
      assert.equal(this.#restarted.exitCode, null, 'PostgreSQL does not start');
      return this.#stack.sql('select 1 as one').catch(() => false);
    }, { what: 'the database', deadline: 60_000 });
  }

  /** For an after hook: ends what start() has started. */
  async stop() {
    if (this.#restarted === undefined || this.#restarted.exitCode !== null || this.#restarted.signalCode !== null) return;
    const exit = once(this.#restarted, 'exit');
    this.#restarted.kill('SIGINT');
    await exit;
  }
}
