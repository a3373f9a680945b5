// A worker in which the n-th allocation from now on fails: failing_allocations.c preloaded into it, and the
// file through which the two speak.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { askOnce } from '../http/fastcgi-client.mjs';
import { spawnWorker } from '../http/worker-processes.mjs';

const FIELDS = ['countdown', 'failed', 'made', 'live'];
const WORD = 8;

export class FailingWorker {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'alloc-')); // short: it becomes the path of a unix socket

  #file;

  #worker;

  static async start(stack) {
    const made = new FailingWorker();
    const control = path.join(made.#folder, 'control');
    fs.writeFileSync(control, Buffer.alloc(FIELDS.length * WORD));
    made.#file = fs.openSync(control, 'r+');
    made.#worker = await spawnWorker(stack, {
      socket: path.join(made.#folder, 'api.sock'),
      program: path.join(stack.build, 'tests/faults/stockpilot-api'),
      options: { LD_PRELOAD: path.join(stack.build, 'tests/faults/failing_allocations.so'), FAILING_ALLOCATIONS: control },
    });
    return made;
  }

  get pid() { return this.#worker.pid; }

  read(field) {
    const bytes = Buffer.alloc(WORD);
    fs.readSync(this.#file, bytes, 0, WORD, FIELDS.indexOf(field) * WORD);
    return Number(bytes.readBigInt64LE());
  }

  #write(field, number) {
    const bytes = Buffer.alloc(WORD);
    bytes.writeBigInt64LE(BigInt(number));
    fs.writeSync(this.#file, bytes, 0, WORD, FIELDS.indexOf(field) * WORD);
  }

  /** One request over a connection of its own; undefined when that was closed instead of an answer. */
  ask(options) {
    return askOnce(this.#worker.socket, options).catch(() => undefined);
  }

  /** The same while the n-th allocation fails. `failed`: whether there were so many. */
  async askFailing(n, options) {
    const before = this.read('failed');
    this.#write('countdown', n);
    const answer = await this.ask(options);
    this.#write('countdown', 0);
    return { answer, failed: this.read('failed') > before };
  }

  async stop() {
    const [code, signal] = await this.#worker.stop();
    fs.closeSync(this.#file);
    fs.rmSync(this.#folder, { recursive: true });
    return { code, signal };
  }
}
