// The database's disk is full: acceptance case 69, on a stack of our own. /dev/full stands in the place of a table's file: the kernel
// answers whoever writes there as it does where a disk is full, and PostgreSQL sees no difference.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertUnavailable } from './problem-assertions.mjs';
import { booksOf, createProduct, newKey, post } from './records.mjs';
import { assertWorkersUntouched } from './recovery.mjs';
import { startPrivateStack, until } from './stack.mjs';

let stack;
let product;

before(async () => {
  stack = await startPrivateStack();
  product = await createProduct({ stockQuantity: 10, minimumStock: 0 }, stack);
});

after(async () => { await stack?.stop(); });

/** Nobody keeps the file open; what was to be synced is. */
async function closeFiles() {
  await stack.execute('checkpoint');
  await stack.sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'stockpilot_app'");
}

/** Runs the action while the table, which has never had a row, cannot grow. */
async function whileFull(table, action) {
  const [{ file, size }] = await stack.sql('select pg_relation_filepath($1) as file, pg_relation_size($1) as size', [table]);
  assert.equal(size, 0, `${table} is empty`);
  const place = path.join(stack.clusterDirectory, file);
  await closeFiles();
  fs.renameSync(place, `${place}.away`);
  fs.symlinkSync('/dev/full', place);
  try {
    return await action();
  } finally {
    await closeFiles();
    fs.renameSync(`${place}.away`, place);
  }
}

const written = async () => (await stack.sql(`select (select count(*) from sales) as sales, (select count(*) from sale_lines) as lines,
  (select count(*) from expenses) as expenses, (select count(*) from summary_changes) as days, (select count(*) from idempotency_keys) as keys,
  (select count(*) from stock_movements) as movements, (select count(*) from audit_log) as trail`))[0];

const sell = (headers) => post('/sales', { lines: [{ productId: product.productId, quantity: 1 }] }, { headers, on: stack });
const spend = (headers) => post('/expenses', { category: 'Disk', amount: 1 }, { headers, on: stack });

describe('AC-69 there is no room left: 503, nothing half written, and good again when there is', () => {
  const refused = [];

  // The first of what a sale writes, the last, and some between.
  for (const [table, write] of [['sales', sell], ['sale_lines', sell], ['summary_changes', sell], ['idempotency_keys', sell], ['expenses', spend]]) {
    test(`none for ${table}`, async () => {
      const headers = newKey();
      const [before, books] = [await written(), await booksOf(product, stack)];
      const answer = await whileFull(table, async () => {
        const answered = await write(headers);
        assert.equal((await stack.request('GET', '/products', { user: 'staff' })).status, 200, 'who only reads is served');
        return answered;
      });
      assertUnavailable(answer);
      const line = await until(() => stack.logLines().find((each) => each.request_id === answer.headers['x-request-id']), { what: 'the log line' });
      assert.match(line.cause, /53100.*No space left on device/);
      assert.deepEqual(await written(), before);
      assert.deepEqual(await booksOf(product, stack), books);
      assertWorkersUntouched(stack);
      refused.push([write, headers]);
    });
  }

  test('room again: what was refused can be done, once each', async () => {
    for (const [write, headers] of refused) {
      const [first, second] = [await write(headers), await write(headers)];
      assert.deepEqual([first.status, first.headers['idempotent-replayed'], second.status, second.headers['idempotent-replayed']],
        [201, undefined, 201, 'true']);
    }
    const { stock, ledger, sales } = await booksOf(product, stack);
    assert.deepEqual({ stock, ledger, sales }, { stock: 6, ledger: 6, sales: 4 });
    assert.equal((await written()).expenses, 1);
    assertWorkersUntouched(stack);
  });
});
