// What goes wrong meanwhile: processes are killed, connections ended, the pool reloaded and scaled, SNS out of order.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ctl } from '../http/pool.mjs';
import { Postmaster } from '../http/postmaster.mjs';
import { awsEnvironment } from '../http/aws-environment.mjs';
import { until } from '../http/stack.mjs';
import { childrenOf, isRunning } from '../http/worker-processes.mjs';

const BACKENDS = "select pid from pg_stat_activity where usename = 'stockpilot_app'";
const SNS_MODES = ['500', '503', 'throttle', 'cut', 'cut-after', 'expired'];

export class Faults {
  counts = {};

  #postmaster;

  #notifiers = []; // those that we started

  #notifierPid;

  constructor({ stack, random }) {
    Object.assign(this, { stack, random });
    this.#postmaster = new Postmaster(stack);
    this.#notifierPid = stack.pids.notifier;
  }

  async #worker() {
    const workers = childrenOf(this.stack.pids.pool);
    if (workers.length > 0) process.kill(this.random.pick(workers), 'SIGKILL');
  }

  async #backends() {
    const rows = await this.stack.sql(BACKENDS).catch(() => []);
    return rows.map(({ pid }) => pid);
  }

  async #endedBackend() {
    const backends = await this.#backends();
    if (backends.length > 0) await this.stack.sql(`select pg_terminate_backend(${this.random.pick(backends)})`).catch(() => {});
  }

  /** PostgreSQL ends all its backends then, and recovers from its log. */
  async #killedBackend() {
    const backends = await this.#backends();
    if (backends.length > 0) process.kill(this.random.pick(backends), 'SIGKILL');
    await until(() => this.stack.sql('select 1 as one').catch(() => false), { what: 'the database', deadline: 60_000 });
  }

  async #killedPostmaster() {
    await this.#postmaster.end('SIGKILL');
    await this.#postmaster.start();
  }

  async #notifier() {
    if (isRunning(this.#notifierPid)) process.kill(this.#notifierPid, 'SIGKILL');
    const log = fs.openSync(path.join(this.stack.logDirectory, 'notifier.log'), 'a');
    const child = spawn(path.join(this.stack.build, 'stockpilot-notifier'), ['--config', this.stack.configFile], {
      stdio: ['ignore', log, log],
      detached: true, // Ctrl-C at the terminal is not meant for it
      env: awsEnvironment(this.stack),
    });
    fs.closeSync(log);
    this.#notifiers.push(child);
    this.#notifierPid = child.pid;
  }

  #sns() {
    const parameters = new URLSearchParams({ mode: this.random.pick(SNS_MODES), times: String(1 + this.random.below(3)) });
    return fetch(`${this.stack.snsUrl}/_test/fail?${parameters}`, { method: 'POST' });
  }

  #reload() { return ctl(this.stack, 'reload', '--no-wait'); }

  #scale() { return ctl(this.stack, 'scale', '--no-wait', String(2 + this.random.below(4))); }

  async run(isOver) {
    const kinds = [[30, 'worker killed', this.#worker], [24, 'backend ended', this.#endedBackend], [6, 'backend killed', this.#killedBackend],
      [5, 'postmaster killed', this.#killedPostmaster], [12, 'notifier killed', this.#notifier], [13, 'SNS out of order', this.#sns],
      [5, 'pool reloaded', this.#reload], [5, 'pool scaled', this.#scale]];
    while (!isOver()) {
      await pause(100 + this.random.below(900));
      let drawn = this.random.below(100);
      const [, name, act] = kinds.find(([weight]) => (drawn -= weight) < 0);
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      await act.call(this);
    }
  }

  /** No further faults: everything is there again, and SNS takes what it gets. */
  async over() {
    await fetch(`${this.stack.snsUrl}/_test/fail?mode=ok`, { method: 'POST' });
    if (!isRunning(this.#notifierPid)) await this.#notifier();
    await until(async () => (await this.stack.request('GET', '/readyz')).status === 200, { what: 'readiness', deadline: 30_000 });
  }

  /** For an after hook: ends what was started here. */
  async stop() {
    for (const child of this.#notifiers) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
    await this.#postmaster.stop();
  }
}
