// A C program of this folder that answers each line with a line.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Builds it in STOCKPILOT_BUILD; its path. */
export function buildProgram(name) {
  const build = process.env.STOCKPILOT_BUILD;
  assert.ok(build, 'STOCKPILOT_BUILD is not set');
  const made = spawnSync('make', ['-s', '-C', build, `tests/oracle/${name}`], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  return path.join(build, 'tests/oracle', name);
}

export class AskedProgram {
  #child;

  #lines;

  /** What it wrote to standard error, its log. */
  log = '';

  constructor(program, parameters, environment) {
    this.#child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => { this.log += text; });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Its first word, and what stands behind it. */
  async ask(line) {
    this.#child.stdin.write(`${line}\n`);
    const { value } = await this.#lines.next();
    assert.ok(value !== undefined, `the program has ended: ${this.log}`);
    const at = value.indexOf(' ');
    return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
  }

  /** Lets it end, which must go well; its log is whole then. */
  async end() {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    assert.deepEqual(await closed, [0, null], this.log);
  }
}
