// AC-93: every allocation that a request makes fails in turn, in the arena, in our code and in the libraries. The
// answer is the right one or an honest 500 or 503; what it did is done wholly or not at all; nothing is leaked.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sendForm } from '../http/image-bucket.mjs';
import { png } from '../http/images.mjs';
import { startPrivateStack, until } from '../http/stack.mjs';
import { TokenForge } from '../http/token-forge.mjs';
import { isRunning } from '../http/worker-processes.mjs';
import { FailingWorker } from './failing-worker.mjs';

/** More than any of these requests makes: then something makes them without end. */
const MOST = 20_000;
/** Allocations that a failure may leave behind: a connection that was opened anew, buffers that have grown. */
const KEPT = 400;

let stack;
let worker;
let token;
let forge;
let lamp;

before(async () => {
  stack = await startPrivateStack();
  token = await stack.token('admin');
  forge = new TokenForge(stack);
  worker = await FailingWorker.start(stack);
  const made = await good('POST', '/products', { name: 'Lamp', price: 19.99, stockQuantity: 1_000_000, minimumStock: 0 });
  lamp = JSON.parse(made.body);
});

after(async () => {
  const ended = await worker?.stop();
  await stack?.stop();
  if (ended) assert.deepEqual(ended, { code: 0, signal: null }, 'the worker has lived through all of it');
});

const asked = (method, path, json, { key, as = token, query } = {}) => ({
  method,
  path,
  query,
  token: as,
  ...(json === undefined ? {} : { body: JSON.stringify(json), contentType: 'application/json' }),
  extra: key === undefined ? [] : [['HTTP_IDEMPOTENCY_KEY', key]],
});

async function good(...parameters) {
  const answer = await worker.ask(asked(...parameters));
  assert.ok(answer?.status === 200 || answer?.status === 201, `${parameters[1]}: ${answer?.status} ${answer?.body}`);
  return answer;
}

function assertHonest(answer, n) {
  if (!answer) return; // the connection was closed: nothing was said
  assert.ok([500, 503].includes(answer.status), `allocation ${n}: ${answer.status} ${answer.body} `
    + stack.logLines().findLast((line) => line.event === 'request')?.cause);
  if (answer.headers['content-type'] === 'application/problem+json') {
    assert.equal(JSON.parse(answer.body).status, answer.status, answer.body);
  }
}

/** The worker is its usual self again: after a failed try to connect it lets a moment pass before the next. */
const settled = () => until(async () => (await worker.ask(asked('GET', '/users')))?.status === 200, { what: 'a good answer' });

/** Fails the 1st, 2nd … allocation of `request(n)` until it makes fewer; `check(n, answer)` after each. */
async function failEach(request, check, prepare) {
  for (let round = 0; round < 3; round += 1) await worker.ask(request(`before ${round}`));
  await prepare?.();
  const live = worker.read('live');
  let n = 0;
  for (let failed = true; failed;) {
    n += 1;
    assert.ok(n < MOST, 'it makes allocations without end');
    const result = await worker.askFailing(n, request(n));
    failed = result.failed;
    await settled();
    await check(n, result.answer, failed);
    assert.ok(isRunning(worker.pid), `the worker ended at allocation ${n}`);
  }
  for (let round = 0; round < 3; round += 1) await worker.ask(request(`after ${round}`));
  const left = worker.read('live') - live;
  assert.ok(left < KEPT, `${left} allocations were not freed, after ${n} failures`);
  assert.ok(n > 20, `only ${n} allocations were seen`);
  return n;
}

describe('AC-93 every allocation fails in turn', () => {
  const reads = {
    'the dashboard': () => asked('GET', '/dashboard'),
    'a search': () => asked('GET', '/products', undefined, { query: 'search=Lam&limit=5' }),
    'a product': () => asked('GET', `/products/${lamp.productId}`),
    'the ledger': () => asked('GET', `/products/${lamp.productId}/movements`, undefined, { query: 'limit=5' }),
    'the sales': () => asked('GET', '/sales', undefined, { query: 'limit=5' }),
    readiness: () => asked('GET', '/readyz'),
  };
  for (const [what, request] of Object.entries(reads)) {
    test(`of reading ${what}: its true answer or none`, async () => {
      const expected = (await worker.ask(request())).body;
      await failEach(request, (n, answer) => {
        if (answer?.status === 200) assert.equal(answer.body, expected, `allocation ${n}`);
        else assertHonest(answer, n);
      });
    });
  }

  test('of a token that was never seen: nobody else gets in, and who is good is not called bad', async () => {
    const fresh = () => asked('GET', `/products/${lamp.productId}`, undefined, { as: forge.token() });
    await failEach(fresh, (n, answer) => {
      if (answer?.status === 200) assert.equal(JSON.parse(answer.body).productId, lamp.productId);
      else assertHonest(answer, n);
    });
    const [head, body, signature] = forge.token().split('.');
    const forged = `${head}.${body}.${signature.slice(0, -8)}${signature.slice(-8).split('').reverse().join('')}`;
    await failEach(() => asked('GET', '/products', undefined, { as: forged }), (n, answer) => {
      if (answer?.status !== 401) assertHonest(answer, n);
    });
  });

  const soldOf = async (key) => (await stack.sql(
    `select count(*)::integer as sales, coalesce(sum(l.quantity), 0)::integer as pieces from sales s
       join sale_lines l using (sale_id) where s.note = $1`, [key]))[0];

  test('of a sale: booked once, or not at all, and sent again it is the one', async () => {
    const sale = (key) => asked('POST', '/sales', { lines: [{ productId: lamp.productId, quantity: 2 }], note: `sale ${key}` }, { key: `sale ${key}` });
    await failEach(sale, async (n, answer, failed) => {
      if (answer?.status === 201) assert.equal(JSON.parse(answer.body).note, `sale ${n}`);
      else assertHonest(answer, n);
      const again = await worker.ask(sale(n));
      assert.equal(again.status, 201, `allocation ${n}: ${again.body}`);
      if (failed) assert.deepEqual(await soldOf(`sale ${n}`), { sales: 1, pieces: 2 }, `allocation ${n}`);
    });
    const [books] = await stack.sql(`select p.stock_quantity as stock, sum(m.quantity)::integer as ledger
      from products p join stock_movements m using (product_id) where product_id = $1 group by 1`, [lamp.productId]);
    assert.equal(books.stock, books.ledger);
  });

  test('of an upload past us: a form that is whole, or none, and what came is shown or not', async () => {
    const bytes = png();
    const target = `/products/${lamp.productId}/image-upload`;
    const begin = () => asked('POST', target, { contentType: 'image/png', contentLength: bytes.length });
    let fields;
    await failEach(begin, (n, answer) => {
      if (answer?.status !== 201) return assertHonest(answer, n);
      fields ??= Object.keys(JSON.parse(answer.body).fields);
      return assert.deepEqual(Object.keys(JSON.parse(answer.body).fields), fields, `allocation ${n}`);
    });
    const form = JSON.parse((await worker.ask(begin())).body);
    assert.equal((await sendForm(form, bytes)).status, 201, 'and it is taken');
    await failEach(() => asked('POST', `${target}/${form.uploadId}/confirm`), (n, answer) => {
      if (answer?.status === 200) assert.ok(JSON.parse(answer.body).imageUrl.endsWith(form.key), `allocation ${n}`);
      else assertHonest(answer, n);
    }, () => stack.execute('update image_uploads set confirmed_at = null')); // so that it is looked at each time
    const [{ key }] = await stack.sql('select image_key as key from products where product_id = $1', [lamp.productId]);
    assert.equal(key, form.key);
  });

  test('of an edit: the product is as before or as it was sent', async () => {
    let price = 20;
    const read = async () => JSON.parse((await good('GET', `/products/${lamp.productId}`)).body);
    let known;
    await failEach(() => asked('PATCH', `/products/${lamp.productId}`, { price: price += 1, description: `at ${price}` }), async (n, answer) => {
      const { price: found, description, version } = await read();
      if (answer?.status === 200) assert.deepEqual([found, version], [price, known.version + 1], `allocation ${n}`);
      else assertHonest(answer, n);
      if (version === known.version) assert.deepEqual([found, description], [known.price, known.description]);
      else assert.deepEqual([found, description, version], [price, `at ${price}`, known.version + 1]);
      known = { price: found, description, version };
    }, async () => { known = await read(); });
  });

  test('of a request that is refused: it stays refused, with the same reasons', async () => {
    const bad = () => asked('POST', '/sales', { lines: [{ productId: randomUUID(), quantity: 0 }, { colour: 'red' }] }, { key: 'bad' });
    await failEach(bad, (n, answer) => {
      if (answer?.status === 422) {
        assert.deepEqual(JSON.parse(answer.body).errors.map(({ pointer }) => pointer),
          ['/lines/0/quantity', '/lines/1/colour', '/lines/1/productId', '/lines/1/quantity'], `allocation ${n}`);
      } else {
        assertHonest(answer, n);
      }
    });
  });
});
