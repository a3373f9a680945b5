// Many clients that want the same: acceptance cases 84 and 85, on a stack of our own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertProblem } from './problem-assertions.mjs';
import { booksOf, createProduct, post, productAddress } from './records.mjs';
import { together } from './recovery.mjs';
import { startPrivateStack } from './stack.mjs';

let stack;

before(async () => {
  // What is tested is who gets something, not how soon.
  stack = await startPrivateStack({ configuration: { REQUEST_DEADLINE_MS: '4500' }, environment: { STOCKPILOT_WORKERS: '6' } });
  await stack.execute('alter role stockpilot_app set lock_timeout = 0; alter role stockpilot_app set statement_timeout = 0');
  await stack.sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'stockpilot_app'");
});

after(async () => { await stack?.stop(); });

const stocked = (stockQuantity, minimumStock = 0) => createProduct({ stockQuantity, minimumStock }, stack);

test('AC-84 200 clients take one of 100: exactly 100 get it, and 100 learn that there is nothing left', async () => {
  const lamp = await stocked(100);
  const clients = ['admin', 'staff'];
  for (const user of clients) await stack.request('GET', '/users', { user }); // their tokens are there when it begins
  const logged = stack.logLines().length;
  const answers = await together(200, (_, number) => post('/sales',
    { lines: [{ productId: lamp.productId, quantity: 1 }] }, { user: clients[number % clients.length], on: stack }));
  const [sold, refused] = [201, 409].map((status) => answers.filter((answer) => answer.status === status));
  assert.deepEqual([sold.length, refused.length], [100, 100], answers.find(({ status }) => ![201, 409].includes(status))?.text);
  for (const answer of refused) {
    const problem = assertProblem(answer, 409);
    assert.deepEqual(problem.current, [{ productId: lamp.productId, productName: lamp.name, stockQuantity: 0 }]);
    assert.deepEqual(problem.errors.map(({ pointer, code, detail }) => [pointer, code, detail]),
      [['/lines/0/quantity', 'not_enough_stock', '0 are available']]);
  }
  const books = await booksOf(lamp, stack);
  assert.deepEqual(books, { stock: 0, sold: 100, version: books.version, sales: 100, purchases: 0, movements: 100, ledger: 0 });
  const after = await stack.sql(`select quantity_after from stock_movements
    where product_id = $1 and type = 'sale' order by sequence`, [lamp.productId]);
  assert.deepEqual(after.map((row) => row.quantity_after), Array.from({ length: 100 }, (_, number) => 99 - number));
  const workers = new Set(stack.logLines().slice(logged).filter(({ route }) => route === '/sales').map(({ pid }) => pid));
  assert.ok(workers.size > 1, 'several workers had a part in it');
});

describe('AC-85 documents of the same products, in every order, at once', () => {
  const PRODUCTS = 8;
  const ROUNDS = 20;
  const deadlocks = async () => {
    // A backend tells its figures at its end at the latest.
    await stack.sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'stockpilot_app'");
    const [{ counted }] = await stack.sql("select deadlocks as counted from pg_stat_database where datname = 'stockpilot'");
    const logged = fs.readFileSync(path.join(stack.logDirectory, 'postgres.log'), 'utf8').split('deadlock detected').length - 1;
    return { counted, logged };
  };

  test('there is no deadlock, each is answered with what became of it, and the sums are kept', async () => {
    const INITIAL = 60;
    const products = await Promise.all(Array.from({ length: PRODUCTS }, () => stocked(INITIAL, 40)));
    const orders = [products, products.toReversed(), [...products.slice(3), ...products.slice(0, 3)],
      products.toSorted((a, b) => (a.productId < b.productId ? 1 : -1))];
    const before = await deadlocks();
    const stock = new Map(products.map(({ productId }) => [productId, INITIAL]));
    const sold = new Map(products.map(({ productId }) => [productId, 0]));
    const documentOf = (number, line) => ({ lines: orders[number % orders.length].map(({ productId }, at) =>
      ({ productId, quantity: 1 + (number + at) % 3, ...line })) });
    const book = async (target, number, sign, line) => {
      const answer = await post(target, documentOf(number, line), { on: stack });
      if (answer.status === 409 && sign < 0) {
        const problem = assertProblem(answer, 409);
        const wanted = new Map(documentOf(number).lines.map(({ productId, quantity }) => [productId, quantity]));
        assert.ok(problem.current.length > 0);
        problem.current.forEach(({ productId, stockQuantity }) => assert.ok(stockQuantity < wanted.get(productId), answer.text));
        return answer.status;
      }
      assert.equal(answer.status, 201, answer.text);
      for (const { productId, quantity } of answer.json.lines) {
        stock.set(productId, stock.get(productId) + sign * quantity);
        if (sign < 0) sold.set(productId, sold.get(productId) + quantity);
      }
      return answer.status;
    };
    const move = async (number) => {
      const { productId } = products[number % PRODUCTS];
      const answer = await post(`${productAddress({ productId })}/movements`, { quantity: 1, reason: 'found' }, { on: stack });
      assert.equal(answer.status, 201, answer.text);
      stock.set(productId, stock.get(productId) + 1);
      return answer.status;
    };
    const check = async () => {
      const { status, text } = await stack.request('POST', '/notifications/check-low-stock?threshold=50', { user: 'admin' });
      assert.equal(status, 200, text);
    };
    const requests = Array.from({ length: ROUNDS }, (_, round) => [
      ...Array.from({ length: 4 }, (__, number) => book('/sales', 4 * round + number, -1)),
      book('/purchases', round, 1, { unitCost: 1.5 }),
      move(round),
      ...(round % 5 === 0 ? [check()] : []),
    ]).flat();
    const statuses = await Promise.all(requests);
    assert.ok(statuses.includes(201) && statuses.includes(409), 'some were sold and some were not');
    for (const product of products) {
      const books = await booksOf(product, stack);
      const expected = [stock.get(product.productId), stock.get(product.productId), sold.get(product.productId)];
      assert.deepEqual([books.stock, books.ledger, books.sold], expected);
    }
    assert.deepEqual(await deadlocks(), before);
  });
});
