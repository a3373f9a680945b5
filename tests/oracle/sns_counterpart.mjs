// The counterpart of SNS as a process of a test's own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../standins/sns/server.mjs', import.meta.url));

export const REGION = 'us-east-1';
export const KEY = 'AKIATESTONLY00000001';
export const SECRET = 'test-only-secret-of-no-account-1';
export const topicArn = (name) => `arn:aws:sns:${REGION}:000000000000:${name}`;

export class SnsCounterpart {
  #child;

  #state = fs.mkdtempSync(path.join(os.tmpdir(), 'sns-'));

  static async start() {
    const made = new SnsCounterpart();
    await made.#start();
    return made;
  }

  async #start(port = 0) {
    this.#child = spawn(process.execPath, [SERVER, '--state', this.#state, '--port', String(port), '--credential', `${KEY}:${SECRET}`,
      '--topic', 'alerts', '--subscribe', 'alerts=owner@stockpilot.test', '--test-controls'], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const [, ready] = /^ready port=(\d+)$/.exec(line) ?? [];
      if (ready) {
        this.url = `http://127.0.0.1:${ready}`;
        return;
      }
    }
    throw new Error('the counterpart of SNS does not start');
  }

  /** POST /_test/…, e.g. control('fail', { mode: 503, times: 2 }). */
  async control(name, parameters = {}) {
    const answer = await fetch(`${this.url}/_test/${name}?${new URLSearchParams(parameters)}`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }

  calls() { return this.#get('/_test/calls'); }

  /** The mails of an address, oldest first. */
  mails(to = 'owner@stockpilot.test') { return this.#get(`/mailbox.json?to=${encodeURIComponent(to)}`); }

  async #get(target) { return (await fetch(this.url + target)).json(); }

  async restart() {
    const { port } = new URL(this.url);
    await this.#end();
    await this.#start(port);
  }

  async #end() {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }

  async stop() {
    await this.#end();
    fs.rmSync(this.#state, { recursive: true });
  }
}
