// A server of standins/ as a process of a test's own, with a folder of its own for what it keeps.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const REGION = 'us-east-1';
export const KEY = 'AKIATESTONLY00000001';
export const SECRET = 'test-only-secret-of-no-account-1';

export class StandinProcess {
  #child;

  #name;

  #options;

  /** `name` is its folder in standins/; `options` gives, by its state folder, those beside --state, --port and --test-controls. */
  constructor(name, options) {
    this.#name = name;
    this.state = fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`));
    this.#options = options(this.state);
  }

  async start(port = 0) {
    const server = fileURLToPath(new URL(`../../standins/${this.#name}/server.mjs`, import.meta.url));
    this.#child = spawn(process.execPath, [server, '--state', this.state, '--port', String(port), '--test-controls', ...this.#options],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const [, ready] = /^ready port=(\d+)( |$)/.exec(line) ?? [];
      if (ready) {
        this.url = `http://127.0.0.1:${ready}`;
        return this;
      }
    }
    throw new Error(`the counterpart ${this.#name} does not start`);
  }

  /** POST /_test/…, e.g. control('fail', { mode: 503, times: 2 }): what it answers. */
  async control(name, parameters = {}) {
    const answer = await fetch(`${this.url}/_test/${name}?${new URLSearchParams(parameters)}`, { method: 'POST' });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return JSON.parse(text);
  }

  calls() { return this.get('/_test/calls'); }

  async get(target) { return (await fetch(this.url + target)).json(); }

  /** Nobody listens any more; startAgain() listens at the same address. */
  async end() {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }

  startAgain() { return this.start(new URL(this.url).port); }

  async restart() {
    await this.end();
    await this.startAgain();
  }

  async stop() {
    await this.end();
    fs.rmSync(this.state, { recursive: true });
  }
}
