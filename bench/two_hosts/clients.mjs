// Clients of the shop that take note of every answer: tills that sell, each sale with a key and sent again until its outcome is known,
// and readers that ask for what is on the shelf.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

// A host answers within 5 s whatever happens; who hears nothing for longer gives up.
export const PATIENCE_MS = 6000;
// Less than Retry-After says: the more are under way when something changes.
const PAUSE_MS = 50;

/** One exchange: { status, headers, text }, or { error } when there was no answer. */
export function exchange(agent, { host, ca, token }, { method, path, key, body }) {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}` };
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'idempotency-key': key, 'content-length': Buffer.byteLength(body) });
    const sent = request({ host, method, path, headers, agent, ca, signal: AbortSignal.timeout(PATIENCE_MS) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      response.on('error', (error) => resolve({ error }));
    });
    sent.on('error', (error) => resolve({ error }));
    sent.end(body);
  });
}

/** What a client was told, in words. A 503 of the application or its nginx is a problem document; the balancer's own is not. */
function outcomeOf({ status, headers, error }) {
  if (error) return error.name === 'TimeoutError' || error.name === 'AbortError' ? 'no answer' : `connection broken (${error.code})`;
  if (status === 200 || status === 201) return 'ok';
  if (status === 409) return '409, still at it';
  const ours = headers['content-type']?.startsWith('application/problem+json');
  if (ours) return headers['retry-after'] ? `${status} with Retry-After` : `${status}`;
  return `${status} of the balancer`;
}

export class Clients {
  /** Of each try: { at, took, kind, outcome, by }. */
  tries = [];

  /** How long a till was at each sale, until it was acknowledged: { at, settled }. */
  sales = [];

  #open = true;

  #all;

  /** `sold`: a map of products' ids, as many as tills at least, into which go the ids of the acknowledged sales of each. */
  constructor(target, sold, { tills = 8, readers = 8 } = {}) {
    Object.assign(this, { target, sold, products: [...sold.keys()] });
    const ownOf = (till) => this.products.filter((_, index) => index % tills === till);
    this.#all = Promise.all([...Array.from({ length: tills }, (_, till) => this.#till(ownOf(till))),
      ...Array.from({ length: readers }, () => this.#reader())]);
    this.#all.catch(() => {}); // whoever stops them hears of it
  }

  async #try(agent, kind, what) {
    const at = performance.now();
    const answer = await exchange(agent, this.target, what);
    const took = performance.now() - at;
    const outcome = outcomeOf(answer);
    this.tries.push({ at, took, kind, outcome, by: answer.headers?.['x-served-by'] ?? null });
    if (outcome === 'ok') return answer;
    if (answer.status < 500 && answer.status !== 409) throw new Error(`refused for no reason: ${answer.status} ${answer.text}`);
    await pause(PAUSE_MS);
    return null;
  }

  /** `products` are its own: what waits here is to wait for what was lost, and not for another till's lock. */
  async #till(products) {
    const agent = new Agent({ keepAlive: true });
    for (let count = 0; this.#open; count += 1) {
      const product = products[count % products.length];
      const body = JSON.stringify({ lines: [{ productId: product, quantity: 1 }] });
      const sale = { method: 'POST', path: '/sales', key: randomUUID(), body };
      const at = performance.now();
      let answer = null;
      while (answer === null) answer = await this.#try(agent, 'sale', sale);
      this.sales.push({ at, settled: performance.now() });
      this.sold.get(product).push(JSON.parse(answer.text).saleId);
    }
    agent.destroy();
  }

  async #reader() {
    const agent = new Agent({ keepAlive: true });
    for (let count = 0; this.#open; count += 1) {
      const path = count % 3 === 0 ? '/dashboard' : `/products/${this.products[count % this.products.length]}`;
      await this.#try(agent, 'read', { method: 'GET', path });
    }
    agent.destroy();
  }

  /** Each till ends with the sale it is at, whose outcome it waits for. */
  async stop() {
    this.#open = false;
    await this.#all;
  }
}

/** A number of requests sent once each by some clients, whatever becomes of them: { outcome: count }. */
export async function sendOnce(target, count, what, clients = 8) {
  const counts = {};
  let next = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    const agent = new Agent({ keepAlive: true });
    while (next < count) {
      const number = next;
      next += 1;
      const outcome = outcomeOf(await exchange(agent, target, what(number)));
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    agent.destroy();
  }));
  return counts;
}
