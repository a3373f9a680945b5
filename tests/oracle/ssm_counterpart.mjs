// The counterpart of Parameter Store as a process of a test's own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const { PutParameterCommand, SSMClient } = require('@aws-sdk/client-ssm');

const SERVER = fileURLToPath(new URL('../../standins/ssm/server.mjs', import.meta.url));

export const REGION = 'us-east-1';
export const KEY = 'AKIATESTONLY00000001';
export const SECRET = 'test-only-secret-of-no-account-1';

export class SsmCounterpart {
  #child;

  state = fs.mkdtempSync(path.join(os.tmpdir(), 'ssm-'));

  static async start() {
    const made = new SsmCounterpart();
    await made.#start();
    return made;
  }

  async #start(port = 0) {
    this.#child = spawn(process.execPath, [SERVER, '--state', this.state, '--port', String(port), '--credential', `${KEY}:${SECRET}`,
      '--test-controls'], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const [, ready] = /^ready port=(\d+)$/.exec(line) ?? [];
      if (ready) {
        this.url = `http://127.0.0.1:${ready}`;
        return;
      }
    }
    throw new Error('the counterpart of Parameter Store does not start');
  }

  /** The official client. */
  client(rest = {}) {
    return new SSMClient({
      region: REGION, endpoint: this.url, maxAttempts: 1, credentials: { accessKeyId: KEY, secretAccessKey: SECRET }, ...rest,
    });
  }

  put(name, value, fields = {}) {
    return this.client().send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true, ...fields }));
  }

  /** POST /_test/…, e.g. control('fail', { mode: 503, times: 2 }). */
  async control(name, parameters = {}) {
    const answer = await fetch(`${this.url}/_test/${name}?${new URLSearchParams(parameters)}`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async calls() { return (await fetch(`${this.url}/_test/calls`)).json(); }

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
    fs.rmSync(this.state, { recursive: true });
  }
}
