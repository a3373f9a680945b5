// Every list as CSV: all of it, in pieces, with the filter of the query, and safe to open in a spreadsheet.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parse } from './csv.mjs';
import { DatabaseSession } from './database-session.mjs';
import { assertUnavailable } from './problem-assertions.mjs';
import { buy, createProduct, post, sell, unique, walkPages } from './records.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql, startPrivateStack, until } from './stack.mjs';

const CSV = 'text/csv';
const { paths } = (await request('GET', '/openapi.json')).json;
const LISTS = Object.keys(paths).filter((template) => paths[template].get?.responses['200']?.content?.[CSV]);

/** { columns, rows } with each row as an object. */
async function asCsv(target, { user = 'admin', accept = CSV } = {}) {
  const answer = await request('GET', target, { user, headers: { accept } });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers['content-type'], /^text\/csv; *charset=utf-8; *header=present$/i);
  const [columns, ...lines] = parse(answer.text);
  lines.forEach((line) => assert.equal(line.length, columns.length));
  return { answer, columns, rows: lines.map((line) => Object.fromEntries(line.map((cell, i) => [columns[i], cell]))) };
}

const cell = (value) => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
const at = (record, column) => column.split('.').reduce((value, name) => value?.[name], record);
const unguarded = (text) => text.replace(/^'('*[=+\-@\t\r])/, '$1');

test('the lists that have CSV are the lists there are', () => {
  const all = Object.keys(paths).filter((template) => paths[template].get?.parameters
    ?.some((parameter) => parameter.$ref === '#/components/parameters/Cursor'));
  assert.deepEqual(LISTS, all);
  assert.ok(LISTS.length >= 9, LISTS.join());
});

test('the JSON of a list says that there is another form of it, which a cache must not mistake it for', async () => {
  const json = await request('GET', '/products?limit=1', { user: 'viewer' });
  assert.match(json.headers.vary, /(^|, *)Accept(,|$)/);
  const answer = await request('GET', '/products?limit=1', { user: 'viewer', headers: { accept: CSV, 'if-none-match': json.headers.etag } });
  assert.equal(answer.status, 200);
  assert.doesNotMatch((await request('GET', '/openapi.json')).headers.vary ?? '', /(^|, *)Accept(,|$)/);
});

for (const template of LISTS) {
  test(`GET ${template} has what its JSON has, line for line`, async () => {
    const product = await createProduct({ stockQuantity: 9, minimumStock: 0 });
    const sale = await sell(product, 2, { price: 3.5 });
    const target = template.replace('{productId}', product.productId);
    await request('POST', '/notifications', { user: 'staff', json: { type: 'system', title: 'T', message: unique('M') } });
    const separator = target.includes('?') ? '&' : '?';
    const records = (await walkPages(`${target}${separator}limit=50`, { user: 'admin' })).flat();
    const { columns, rows, answer } = await asCsv(target);
    const lines = records.flatMap((record) => record.lines
      ? record.lines.map((line) => ({ ...record, lines: line })) : [record]);
    assert.ok(lines.length > 0);
    const expected = lines.map((line) => Object.fromEntries(columns.map((column) => [column, cell(at(line, column))])));
    const read = rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, text]) => [name, unguarded(text)])));
    // JSON within a cell and numbers such as 10.00 are of another form in JavaScript.
    const same = (row) => Object.fromEntries(Object.entries(row).map(([name, text]) => [name,
      /^[[{]/.test(text) ? JSON.stringify(JSON.parse(text)) : (text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text)]));
    // Others write meanwhile: what was there before both is in both.
    const key = columns[0];
    const known = new Set(expected.map((row) => row[key]));
    assert.deepEqual(read.filter((row) => known.has(row[key])).map(same), expected.map(same));
    assert.match(answer.headers['content-disposition'], /^attachment; filename="[a-z-]+\.csv"$/);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers.etag, undefined);
    assert.ok(sale);
  });

  test(`GET ${template} as CSV is allowed to whom its JSON is`, async () => {
    const target = template.replace('{productId}', '00000000-0000-4000-8000-000000000000');
    assert.equal((await request('GET', target, { headers: { accept: CSV } })).status, 401);
    const [json, csv] = await Promise.all(['application/json', CSV].map((accept) =>
      request('GET', target, { user: 'viewer', headers: { accept } })));
    assert.equal(csv.status, json.status);
  });
}

test('more rows than a page are all there, once, in order', async () => {
  const name = unique('Many');
  await sql(`insert into products (name, price) select $1 || ' ' || lpad(n::text, 4, '0'), 1 from generate_series(1, 2345) n`, [name]);
  const { rows, answer } = await asCsv(`/products?search=${encodeURIComponent(name)}&sort=name`);
  assert.deepEqual(rows.map((row) => row.name), Array.from({ length: 2345 }, (_, i) => `${name} ${String(i + 1).padStart(4, '0')}`));
  assert.equal(answer.headers['transfer-encoding'], 'chunked');
  assert.equal(answer.headers.link, undefined);
  const head = await request('HEAD', `/products?search=${encodeURIComponent(name)}`, { user: 'viewer', headers: { accept: CSV } });
  assert.deepEqual([head.status, head.text, head.headers['content-type']], [200, '', answer.headers['content-type']]);
});

test('with a limit it is one page, and the link to the next', async () => {
  const name = unique('Paged');
  await sql(`insert into products (name, price) select $1 || ' ' || n, 1 from generate_series(1, 5) n`, [name]);
  const first = await asCsv(`/products?search=${encodeURIComponent(name)}&limit=2`);
  assert.equal(first.rows.length, 2);
  const next = /^<([^>]+)>; rel="next"$/.exec(first.answer.headers.link)[1];
  const second = await asCsv(next);
  assert.deepEqual(second.rows.map((row) => row.name), [`${name} 3`, `${name} 4`]);
});

test('a text that a spreadsheet would run is text there', async () => {
  const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', "'=1", "'Tis", 'a,b', 'a"b', 'a\nb', 'é 漢 🙂', '=HYPERLINK("http://x.test","y")'];
  const category = unique('Formula');
  for (const [i, description] of texts.entries()) {
    await createProduct({ name: `${category} ${String(i).padStart(2, '0')}`, description, category });
  }
  const { rows } = await asCsv(`/products?category=${encodeURIComponent(category)}&sort=name`);
  rows.forEach((row) => assert.doesNotMatch(row.description, /^[=+\-@\t\r]/));
  assert.deepEqual(rows.map((row) => unguarded(row.description)), texts);
  assert.equal(rows[6].description, "'Tis");
});

test('a line that takes stock away is a number, not a text', async () => {
  const product = await createProduct({ stockQuantity: 5, minimumStock: 0 });
  await sell(product, 2);
  await buy(product, 1);
  const { rows } = await asCsv(`/products/${product.productId}/movements`);
  assert.deepEqual(rows.map((row) => row.quantity), ['1', '-2', '5']);
});

test('a product with more movements than a page has all of them', async () => {
  const { productId } = await createProduct({ stockQuantity: 0, minimumStock: 0 });
  await sql(`select count(*) from (select move_stock($1, 'adjustment', 1, 'found') from generate_series(1, 2345)) m`, [productId]);
  const { rows } = await asCsv(`/products/${productId}/movements`);
  assert.deepEqual(rows.map((row) => row.quantityAfter), Array.from({ length: 2345 }, (_, i) => String(2345 - i)));
});

test('a sale of several lines is as many rows', async () => {
  const [one, two] = [await createProduct({ stockQuantity: 5 }), await createProduct({ stockQuantity: 5 })];
  const { json } = await post('/sales', { note: 'by hand', lines: [{ productId: one.productId, quantity: 1 }, { productId: two.productId, quantity: 2 }] });
  const { rows } = await asCsv(`/sales?productId=${one.productId}`);
  assert.deepEqual(rows.map((row) => [row.saleId, row.note, row['lines.quantity']]).sort(),
    [[json.saleId, 'by hand', '1'], [json.saleId, 'by hand', '2']]);
});

test('what is accepted decides: JSON unless CSV is asked for by name', async () => {
  const typeOf = async (accept) => (await request('GET', '/users?limit=1', { user: 'viewer', headers: { accept } })).headers['content-type'];
  for (const accept of ['*/*', 'application/json', 'text/csv;q=0.5, application/json', 'application/json, text/csv']) {
    assert.equal(await typeOf(accept), 'application/json', accept);
  }
  for (const accept of ['text/csv', 'text/*', 'text/csv, */*', 'text/csv, application/json;q=0.9']) {
    assert.match(await typeOf(accept), /^text\/csv/, accept);
  }
  assertProblem(await request('GET', '/users', { user: 'viewer', headers: { accept: 'text/html' } }), 406);
  assertProblem(await request('GET', '/dashboard', { user: 'viewer', headers: { accept: CSV } }), 406);
  assertProblem(await request('GET', '/products?sort=colour', { user: 'viewer', headers: { accept: CSV } }), 400);
});

describe('in a shop of its own', () => {
  let own;
  before(async () => {
    own = await startPrivateStack({ environment: { STOCKPILOT_WORKERS: '4' } });
    await own.execute(`insert into products (name, price) select 'Item ' || lpad(n::text, 4, '0'), 1 from generate_series(1, 5000) n;
      analyze products`);
  });
  after(() => own?.stop());

  /** From here on every product that is listed is shown to `body` first, as `name`. */
  const whileListing = async (body, action) => {
    await own.execute(`create function look(name text) returns boolean language plpgsql set lock_timeout = 0 as $$ begin ${body}; return true; end $$;
      alter table products rename to all_products; create view products as select * from all_products where look(name);
      grant select on products to stockpilot_app; grant execute on function look(text) to stockpilot_app`);
    try {
      await action();
    } finally {
      await own.execute('drop view products; drop function look(text); alter table all_products rename to products');
    }
  };
  const list = (target = '/products') => own.request('GET', target, { user: 'viewer', headers: { accept: CSV } });

  test('an export that cannot be finished is broken off, and the log says why', async () => {
    await whileListing("if name = 'Item 2900' then raise 'a bad block' using errcode = 'XX001'; end if", async () => {
      await assert.rejects(() => list(), { code: 'ECONNRESET' });
      const line = own.logLines().find(({ event }) => event === 'export_broken_off');
      assert.equal(line.route, '/products');
      assert.match(line.cause, /XX001/);
    });
    assert.equal(parse((await list()).text).length, 5001);
  });

  test('half of the workers export long lists at the same time, and the others serve', async () => {
    const holder = new DatabaseSession(own.adminDatabaseUrl);
    try {
      await holder.run('select pg_advisory_lock(1)');
      await whileListing("if name = 'Item 2900' then perform pg_advisory_lock_shared(1), pg_advisory_unlock_shared(1); end if", async () => {
        const both = [list(), list()];
        await until(async () => (await own.sql("select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted"))[0].n === 2,
          { what: 'two exports in the middle' });
        assertUnavailable(await list());
        assert.equal((await own.request('GET', '/users', { user: 'viewer' })).status, 200);
        assert.equal((await list('/users')).status, 200, 'a short list');
        await holder.run('select pg_advisory_unlock(1)');
        for (const answer of await Promise.all(both)) assert.equal(parse(answer.text).length, 5001);
        assert.equal(parse((await list()).text).length, 5001, 'the next has its turn');
      });
    } finally {
      await holder.end();
    }
  });

  test('sales of the most lines with the longest notes are all sent', async () => {
    await own.execute(`set session_replication_role = replica;
      insert into sales (sale_id, sold_at, note) select gen_random_uuid(), now() - n * interval '1 ms', repeat('n', 1000) from generate_series(1, 130) n;
      insert into sale_lines (sale_id, product_id, sold_at, quantity, unit_price)
      select s.sale_id, p.product_id, s.sold_at, 1, 1 from sales s, (select product_id from products order by name limit 200) p`);
    const lines = parse((await list('/sales')).text);
    assert.equal(lines.length, 1 + 130 * 200);
    assert.equal(new Set(lines.map((line) => line[0])).size, 1 + 130);
  });
});
