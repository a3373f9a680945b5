// A load of reads and writes that counts every answer: N clients, each on a TLS connection that it keeps, each with its
// next request as soon as the last one is answered. What was acknowledged is looked for in the database afterwards.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';

const DEADLINE_MS = 20_000;
const READS = ['/products?limit=5', '/dashboard', '/users?limit=1'];
const WRITES_ONE_IN = 4;

export class Load {
  #stack;
  #agent;
  #token;
  #stopped = false;
  #clients;

  /** What the names of its products begin with. */
  prefix = `Load ${randomUUID()}`;

  /** Answers by status. */
  statuses = new Map();

  /** What went wrong: { at, method, target, status or error, requestId }. */
  failures = [];

  /** Names of products by what was heard of their POST. */
  acknowledged = [];
  unanswered = [];

  constructor(stack) { this.#stack = stack; }

  /** Starts; resolves when each client has had its first answer. */
  static async start(stack, { clients = 8 } = {}) {
    const load = new Load(stack);
    load.#token = await stack.token('staff');
    load.#agent = new https.Agent({ ca: fs.readFileSync(stack.caFile), keepAlive: true, maxSockets: clients });
    const first = [];
    load.#clients = Array.from({ length: clients }, (_, index) => {
      first[index] = load.#one(index, 1);
      return first[index].then(() => load.#client(index));
    });
    await Promise.all(first);
    return load;
  }

  get answered() { return [...this.statuses.values()].reduce((sum, count) => sum + count, 0); }

  /** Resolves once so many more requests were answered. */
  async answers(count) {
    const goal = this.answered + count;
    while (this.answered < goal) await new Promise((resolve) => { setTimeout(resolve, 10); });
  }

  /** Ends it, once every request under way is answered. */
  async stop() {
    this.#stopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #client(index) {
    for (let count = 2; !this.#stopped; count += 1) await this.#one(index, count);
  }

  async #one(index, count) {
    const writes = (index + count) % WRITES_ONE_IN === 0;
    const name = `${this.prefix} ${index} ${count}`;
    const body = writes ? JSON.stringify({ name, price: 10, stockQuantity: 3 }) : undefined;
    const method = writes ? 'POST' : 'GET';
    const target = writes ? '/products' : READS[count % READS.length];
    const at = Date.now();
    try {
      const { status, requestId } = await this.#exchange(method, target, body);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (status !== (writes ? 201 : 200)) this.failures.push({ at, method, target, status, requestId });
      if (writes) (status === 201 ? this.acknowledged : this.unanswered).push(name);
    } catch (error) {
      this.failures.push({ at, method, target, error: error.code ?? error.message });
      if (writes) this.unanswered.push(name);
    }
  }

  #exchange(method, target, body) {
    const headers = { authorization: `Bearer ${this.#token}` };
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    return new Promise((resolve, reject) => {
      const request = https.request(new URL(target, this.#stack.url), {
        method, headers, agent: this.#agent, timeout: DEADLINE_MS,
      }, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode, requestId: response.headers['x-request-id'] }));
        response.on('aborted', () => reject(new Error('the answer broke off')));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.end(body);
    });
  }

  /** What was acknowledged is there, and all that is there is there once, with its opening stock booked once. */
  async assertWritesHold() {
    const rows = await this.#stack.sql(`select name, count(*)::int as products, sum(stock_quantity)::int as stock,
        sum((select count(*) from stock_movements m where m.product_id = p.product_id))::int as movements
      from products p where name like $1 group by name`, [`${this.prefix}%`]);
    assert.deepEqual(rows.filter(({ products, stock, movements }) => products !== 1 || stock !== 3 || movements !== 1), [], 'written twice, or in part');
    const written = new Set(rows.map(({ name }) => name));
    assert.deepEqual(this.acknowledged.filter((name) => !written.has(name)), [], 'acknowledged and lost');
    const sent = new Set([...this.acknowledged, ...this.unanswered]);
    assert.deepEqual([...written].filter((name) => !sent.has(name)), [], 'written and never sent');
    assert.ok(this.acknowledged.length > 0, 'it wrote something');
  }

}

/** Runs the test under load and gives that, ended however the test ends. */
export async function underLoad(stack, options, test) {
  const load = await Load.start(stack, options);
  try {
    await test(load);
  } finally {
    await load.stop();
  }
  return load;
}

/** The same, and nothing failed, nothing was lost, nothing happened twice. */
export async function assertNothingFails(stack, options, test) {
  const load = await underLoad(stack, options, test);
  assert.deepEqual(load.failures, []);
  await load.assertWritesHold();
}
