// The audit trail: each write of the API has its row, with who did it and in which request, and nobody can take it back. AC-88.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { emptyAddress, goodRequest } from './good-requests.mjs';
import { createNotification, createProduct, post, productAddress, unique, userIdOf } from './records.mjs';
import { request, sql, stack } from './stack.mjs';

const run = promisify(execFile);
const METHODS = ['post', 'put', 'patch', 'delete'];

/** What the trail has of a request, by the id that its answer has. What is known of users is not of the request. */
/** Without who was seen for the first time by the worker, unless it is about users. */
const trailOf = ({ headers }, left = 'users') => sql(`select table_name, action, row_id, actor_id from audit_log
  where request_id = $1 and table_name <> $2 order by audit_id`, [headers['x-request-id'], left]);

const made = (table, id) => ({ json }) => [[table, 'insert', json[id]]];
const edited = (table, id, action = 'update') => ({ target }) => [[table, action, target.split('/').at(id)]];
/** The rows of some table, at least one: the answer does not name them. */
const some = (table, action) => ({ rows }) => [rows[0] ?? {}, ...rows.slice(1)].map(({ row_id }) => [table, action, row_id]);
/** What each user has read and hidden is a matter of their own. */
const nothing = () => [];

/** For each operation that writes: the rows that belong into the trail. */
const EXPECTED = {
  'POST /products': made('products', 'productId'),
  'PUT /products/{productId}': edited('products', 2),
  'PATCH /products/{productId}': edited('products', 2),
  'DELETE /products/{productId}': edited('products', 2, 'delete'),
  'POST /products/{productId}/image': edited('products', 2),
  // Who announced an image is in image_uploads; the product changes when it is shown.
  'POST /products/{productId}/image-upload': nothing,
  'POST /products/{productId}/image-upload/{uploadId}/confirm': edited('products', 2),
  'POST /products/{productId}/movements': made('stock_movements', 'movementId'),
  'POST /products/{productId}/count': ({ json }) => [['stock_movements', 'insert', json.movement.movementId]],
  'POST /movements/{movementId}/reverse': made('stock_movements', 'movementId'),
  'POST /sales': made('sales', 'saleId'),
  'POST /purchases': made('purchases', 'purchaseId'),
  'POST /expenses': made('expenses', 'expenseId'),
  'PATCH /expenses/{expenseId}': edited('expenses', 2),
  'DELETE /expenses/{expenseId}': edited('expenses', 2),
  'POST /users': made('users', 'userId'),
  'PATCH /users/{userId}': edited('users', 2),
  'PATCH /users/me': some('users', 'update'),
  'POST /imports/products': some('products', 'insert'),
  'POST /notifications': made('notifications', 'notificationId'),
  'POST /notifications/mark-all-read': nothing,
  'PUT /notifications/mark-all-read': nothing,
  'PATCH /notifications/{notificationId}/read': nothing,
  'PUT /notifications/{notificationId}/read': nothing,
  'DELETE /notifications/{notificationId}': nothing,
  'DELETE /notifications/read': some('notifications', 'delete'),
  'POST /notifications/check-low-stock': some('notifications', 'insert'),
};

/** What makes that some rows are written. */
const PREPARE = {
  '/notifications/read': async () => {
    const { notificationId } = await createNotification({ forUser: 'admin' });
    await request('PUT', `/notifications/${notificationId}/read`, { user: 'admin' });
  },
  // The minimum is not reached, but below the threshold of a check it is.
  '/users/me': () => request('PATCH', '/users/me', { user: 'admin', json: { digestHour: 3 } }),
  '/notifications/check-low-stock': () => createProduct({ stockQuantity: 5, minimumStock: 1 }),
};

const { paths } = (await request('GET', '/openapi.json')).json;
const operations = Object.entries(paths).flatMap(([template, item]) => METHODS.filter((method) => item[method])
  .map((method) => ({ template, method: method.toUpperCase() })));

describe('AC-88 the trail has each write of the API', () => {
  for (const { method, template } of operations) {
    test(`${method} ${template}`, async () => {
      const expected = EXPECTED[`${method} ${template}`] ?? assert.fail('say here what the trail has of it');
      const good = await goodRequest(method, template);
      const actor = await userIdOf('admin');
      await PREPARE[template]?.();
      const send = () => request(method, good.target, { user: 'admin', ...good });
      const answer = await send();
      assert.ok(answer.status < 300, answer.text);
      const rows = await trailOf(answer, template.startsWith('/users') ? '' : 'users');
      const json = answer.text ? answer.json : undefined;
      assert.deepEqual(rows.map(({ table_name, action, row_id }) => [table_name, action, row_id]),
        expected({ target: good.target, json, rows }));
      rows.forEach(({ actor_id }) => assert.equal(actor_id, actor));

      if (template.includes('{') || good.json) {
        const refused = await request(method, emptyAddress(template),
          { user: 'admin', ...good, json: good.json && { nothing: 1 } });
        assert.ok(refused.status >= 400, refused.text);
        assert.deepEqual(await trailOf(refused), [], 'what is refused leaves nothing');
      }
      if (good.headers?.['idempotency-key']) {
        assert.deepEqual(await trailOf(await send()), [], 'what is replayed is not done again');
      }
    });
  }

  test('a notification of one\'s own that is deleted, a product that was sold and is archived, a line that is undone', async () => {
    const { notificationId } = await createNotification({ forUser: 'viewer' });
    const deleted = await request('DELETE', `/notifications/${notificationId}`, { user: 'viewer' });
    const actor_id = await userIdOf('viewer');
    assert.deepEqual(await trailOf(deleted), [{ table_name: 'notifications', action: 'delete', row_id: notificationId, actor_id }]);

    const admin = await userIdOf('admin');
    const product = await createProduct({ stockQuantity: 5, minimumStock: 0 });
    const { json: sale } = await post('/sales', { lines: [{ productId: product.productId, quantity: 2 }] });
    const undone = await post(`/movements/${sale.lines[0].movementId}/reverse`, {}, { user: 'admin' });
    assert.deepEqual(await trailOf(undone),
      [{ table_name: 'stock_movements', action: 'insert', row_id: undone.json.movementId, actor_id: admin }]);
    const archived = await request('DELETE', productAddress(product), { user: 'admin' });
    assert.deepEqual(await trailOf(archived),
      [{ table_name: 'products', action: 'update', row_id: product.productId, actor_id: admin }]);
  });

  test('a sale of many lines is one row, and says what was changed by whom', async () => {
    const products = await Promise.all([1, 2, 3].map(() => createProduct({ stockQuantity: 5, minimumStock: 0 })));
    const note = unique('Trail');
    const answer = await post('/sales', { lines: products.map(({ productId }) => ({ productId, quantity: 1 })), note });
    const rows = await sql('select before, after from audit_log where request_id = $1', [answer.headers['x-request-id']]);
    assert.equal(rows.length, 1);
    assert.deepEqual([rows[0].before, rows[0].after.note, rows[0].after.actor_id], [null, note, await userIdOf('staff')]);
    const movements = await sql(`select distinct request_id, actor_id from stock_movements
      where type = 'sale' and product_id = any (string_to_array($1, ',')::uuid[])`, [products.map(({ productId }) => productId).join()]);
    assert.deepEqual(movements, [{ request_id: answer.headers['x-request-id'], actor_id: await userIdOf('staff') }]);
  });
});

describe('AC-88 the role of the programs cannot change what is written', () => {
  const asApplication = async (statement) => {
    const { databaseUrl } = await stack();
    return run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=sqlstate', '-d', databaseUrl, '-c', statement])
      .then(() => 'done', ({ stderr }) => /[0-9A-Z]{5}$/.exec(stderr.trim())?.[0] ?? stderr);
  };

  for (const [table, column, key] of [['audit_log', 'actor_id', 'audit_id'], ['stock_movements', 'quantity', 'movement_id'],
    ['sales', 'note', 'sale_id'], ['sale_lines', 'quantity', 'sale_line_id'],
    ['purchases', 'note', 'purchase_id'], ['purchase_lines', 'quantity', 'purchase_line_id'],
    ['expenses', 'amount', 'expense_id'], ['idempotency_keys', 'answer', 'key'], ['summary_changes', 'day', 'change_id']]) {
    test(`${table}`, async () => {
      for (const statement of [`update ${table} set ${column} = ${column}`,
        `update ${table} set ${column} = null where ${key} is null`,
        `delete from ${table}`, `delete from ${table} where ${key} is null`, `truncate ${table} cascade`,
        `insert into ${table} default values`, `alter table ${table} disable trigger all`, `drop table ${table} cascade`,
        `copy ${table} from program 'true'`, `select * from ${table} for update`]) {
        assert.equal(await asApplication(statement), '42501', statement);
      }
    });
  }

  test('nor pretend to be the owner, nor keep the triggers from running', async () => {
    for (const statement of ['set role stockpilot_owner', 'set session_replication_role = replica',
      'set session authorization postgres',
      'create or replace function public.audit_row() returns trigger language plpgsql as \'begin return null; end\'',
      'alter role stockpilot_app superuser', 'grant stockpilot_owner to stockpilot_app']) {
      assert.equal(await asApplication(statement), '42501', statement);
    }
    assert.equal(await asApplication('select count(*) from audit_log'), 'done', 'reading it is no harm');
  });

  test('the owner\'s own hand is stopped as well', async () => {
    const { ownerDatabaseUrl } = await stack();
    for (const table of ['audit_log', 'stock_movements']) {
      for (const statement of [`delete from ${table}`, `update ${table} set actor_id = null`, `truncate ${table} cascade`]) {
        const refused = await run('psql', ['-X', '-q', '-v', 'VERBOSITY=sqlstate', '-d', ownerDatabaseUrl, '-c', statement])
          .then(() => 'done', ({ stderr }) => stderr);
        assert.match(refused, /SP005/, statement);
      }
    }
  });
});
