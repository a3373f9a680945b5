// A counterpart of an AWS service as a process of a test's own.

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

export class Counterpart {
  #child;

  #server;

  #options;

  state;

  /** `name`: the folder of standins/; `options`: by its state folder, those of its server beside what all have. */
  constructor(name, options) {
    this.#server = fileURLToPath(new URL(`../../standins/${name}/server.mjs`, import.meta.url));
    this.state = fs.mkdtempSync(path.join(os.tmpdir(), `${name}-`));
    this.#options = options(this.state);
  }

  async start(port = 0) {
    this.#child = spawn(process.execPath, [this.#server, '--state', this.state, '--port', String(port), '--credential', `${KEY}:${SECRET}`,
      '--test-controls', ...this.#options], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const [, ready] = /^ready port=(\d+)$/.exec(line) ?? [];
      if (ready) {
        this.url = `http://127.0.0.1:${ready}`;
        return this;
      }
    }
    throw new Error(`${this.#server} does not start`);
  }

  /** POST /_test/…, e.g. control('fail', { mode: 503, times: 2 }). */
  async control(name, parameters = {}) {
    const answer = await fetch(`${this.url}/_test/${name}?${new URLSearchParams(parameters)}`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }

  calls() { return this.get('/_test/calls'); }

  async get(target) { return (await fetch(this.url + target)).json(); }

  async restart() {
    const { port } = new URL(this.url);
    await this.#end();
    await this.start(port);
  }

  async #end() {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }

  async stop() {
    await this.#end();
    fs.rmSync(this.state, { recursive: true });
  }
}
