// Products from a CSV file: all rows or none, every fault told, stock left alone.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { parse } from './csv.mjs';
import { lockOf, whileHolding } from './database-session.mjs';
import { png } from './images.mjs';
import { createProduct, findProducts, productAddress, readProduct, sell, unique, userIdOf } from './records.mjs';
import * as shapes from './shapes.mjs';
import { request, sql, stack, startPrivateStack } from './stack.mjs';

const { assertProblem } = shapes;
const send = (body, { dryRun, user = 'admin', type = 'text/csv', on = { request } } = {}) =>
  on.request('POST', `/imports/products${dryRun === undefined ? '' : `?dryRun=${dryRun}`}`, {
    user, body, headers: { 'content-type': type },
  });
const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
const csv = (rows) => rows.map((row) => row.map(cell).join(',')).join('\r\n');
const faults = ({ errors }) => errors.map(({ pointer, code }) => [pointer, code]);

async function imported(rows, options) {
  const answer = await send(csv(rows), options);
  assert.equal(answer.status, 200, answer.text);
  shapes.importReport(answer.json);
  const { created, updated, unchanged, errors } = answer.json;
  return { created, updated, unchanged, errors: errors.length };
}

describe('POST /imports/products', () => {
  test('with partial=true the good rows are carried out, and the bad ones are told', async () => {
    const name = unique('Partial');
    const taken = await createProduct({ sku: unique('taken') });
    const file = csv([['productId', 'sku', 'name', 'price'], ['', '', `${name} 1`, '1'], ['', '', `${name} 2`, 'much'],
      [randomUUID(), taken.sku, `${name} 3`, '3'], ['', '', `${name} 4`, '4']]);
    const post = (query, body = file) => request('POST', `/imports/products?${query}`, { user: 'admin', body, headers: { 'content-type': 'text/csv' } });
    assertProblem(await post('partial=false'), 422);
    assert.deepEqual(await findProducts(name), []);
    for (const query of ['partial=true&dryRun=true', 'partial=true']) {
      const { status, json } = await post(query);
      assert.deepEqual([status, json.rows, json.created, faults(json)],
        [200, 4, 2, [['/rows/2/price', 'not_a_number'], ['/rows/3/sku', 'taken']]]);
    }
    assert.deepEqual((await findProducts(name)).map((product) => product.name), [`${name} 1`, `${name} 4`]);
    assertProblem(await post('partial=true', 'name,colour\nx,red\n'), 422);
    assertProblem(await post('partial=perhaps'), 400, { fields: { '?partial': 'not_a_choice' } });
  });

  test('a dry run waits for nobody', async () => {
    const product = await createProduct({ sku: unique('held') });
    const { status } = await whileHolding(await stack(), lockOf(product), () => send(csv([['sku', 'price'], [product.sku, '5']]), { dryRun: true }));
    assert.equal(status, 200);
  });

  describe('of an export', () => {
    const READ_ONLY = ['stockQuantity', 'unitsSold', 'version', 'updatedAt'];
    const withImage = async (fields) => {
      const made = await createProduct(fields);
      const answer = await request('POST', `${productAddress(made)}/image`, { user: 'staff', form: { image: { bytes: png(), filename: 'a.png' } } });
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    };
    /** The file, and its rows: { text, columns, rows }, of the products of a category. */
    async function exported(category) {
      const target = `/products?category=${encodeURIComponent(category)}`;
      const { status, text } = await request('GET', target, { user: 'admin', headers: { accept: 'text/csv' } });
      assert.equal(status, 200, text);
      const [columns, ...rows] = parse(text);
      return { text, columns, rows };
    }
    /** The same file with other cells: { [column]: value } for each row that the product is in. */
    const edited = ({ columns, rows }, changes) => csv([columns, ...rows.map((row) => row.map((value, i) =>
      changes.get(row[columns.indexOf('productId')])?.[columns[i]] ?? value))]);

    test('as it is changes nothing: every row is unchanged, images and what looks like a formula included', async () => {
      const category = unique("=Round trip's, \"one\"");
      const products = [
        await withImage({ category, rating: 4.5 }),
        await createProduct({ category, imageUrl: 'https://pictures.test/a.png?b=c', price: 0.1, stockQuantity: 3, minimumStock: 7 }),
        await createProduct({ category, name: unique('+Plus'), sku: unique('-S'), description: "'=1\r\n\"two\"\nlines, \t漢 🙂" }),
        await createProduct({ category, name: unique('@at'), sku: unique("'S"), description: '\t=tab' }),
      ];
      await sell(products[1], 1);
      const trail = () => sql('select count(*) from audit_log where row_id = any ($1)', [`{${products.map(({ productId }) => productId)}}`]);
      const before = await trail();
      const file = await exported(category);
      for (const dryRun of [true, false]) {
        const { status, json, text } = await send(file.text, { dryRun });
        assert.equal(status, 200, text);
        shapes.importReport(json);
        assert.deepEqual([json.rows, json.created, json.updated, json.unchanged, json.errors], [4, 0, 0, 4, []]);
        assert.deepEqual(json.ignoredColumns, READ_ONLY);
      }
      assert.deepEqual(await trail(), before);
      assert.equal((await exported(category)).text, file.text);
    });

    test('with edited cells changes these, and ignores what only the service sets', async () => {
      const category = unique('Edited');
      const [shown, other] = [await withImage({ category, sku: unique('E') }), await createProduct({ category, stockQuantity: 3, rating: 4 })];
      const file = await exported(category);
      const { json } = await send(edited(file, new Map([
        [shown.productId, { price: '12.50', stockQuantity: '77', unitsSold: '5', version: 'x', updatedAt: 'yesterday' }],
        [other.productId, { stockQuantity: '' }],
      ])));
      assert.deepEqual([json.updated, json.unchanged, json.ignoredColumns], [1, 1, READ_ONLY]);
      const { json: now } = await readProduct(shown);
      assert.deepEqual([now.price, now.stockQuantity, now.version, now.imageUrl], [12.5, 0, shown.version + 1, shown.imageUrl]);
      // Without those columns, and found by its number: the image is as it was.
      const rows = [['sku', 'imageUrl', 'price'], [shown.sku, shown.imageUrl, '13']];
      assert.deepEqual(await imported(rows), { created: 0, updated: 1, unchanged: 0, errors: 0 });
      assert.equal((await readProduct(shown)).json.imageUrl, shown.imageUrl);
      assert.deepEqual((await send(csv(rows))).json.ignoredColumns, []);
    });

    test('gives nobody the image of another product, and takes one away where the cell is emptied', async () => {
      const category = unique('Images');
      const [first, second] = [await withImage({ category }), await withImage({ category })];
      const bare = await createProduct({ category });
      const file = await exported(category);
      const wrong = edited(file, new Map([[second.productId, { imageUrl: first.imageUrl }], [bare.productId, { imageUrl: first.imageUrl }]]));
      const fresh = csv([['name', 'price', 'imageUrl'], ['x', '1', first.imageUrl]]);
      const row = ({ productId }) => `/rows/${file.rows.findIndex((each) => each[file.columns.indexOf('productId')] === productId) + 1}/imageUrl`;
      assertProblem(await send(wrong), 422, { fields: { [row(second)]: 'not_its_own', [row(bare)]: 'not_its_own' } });
      assertProblem(await send(fresh), 422, { fields: { '/rows/1/imageUrl': 'not_its_own' } });
      const emptied = edited(file, new Map([[second.productId, { imageUrl: '' }]]));
      const { json } = await send(emptied);
      assert.deepEqual([json.updated, json.unchanged], [1, 2]);
      assert.deepEqual(await Promise.all([first, second].map(async (product) => (await readProduct(product)).json.imageUrl)), [first.imageUrl, null]);
    });

    test('knows an image of its own under another base than it has now', async () => {
      const product = await withImage();
      const moved = `https://old.example.com/pictures/${product.imageUrl.slice(product.imageUrl.indexOf('products/'))}`;
      assert.deepEqual(await imported([['productId', 'imageUrl'], [product.productId, moved]]), { created: 0, updated: 0, unchanged: 1, errors: 0 });
      assert.equal((await readProduct(product)).json.imageUrl, product.imageUrl);
    });
  });

  test('takes back what an export has made safe for spreadsheets', async () => {
    const category = unique('Round');
    const descriptions = ['=1+1', '-1', "'=1", "'Tis", '@x'];
    for (const description of descriptions) await createProduct({ name: unique('Trip'), description, category });
    const target = `/products?category=${encodeURIComponent(category)}`;
    const exported = await request('GET', target, { user: 'admin', headers: { accept: 'text/csv' } });
    const [columns, ...lines] = parse(exported.text);
    const kept = ['productId', 'description'];
    const file = csv([kept, ...lines.map((line) => kept.map((name) => line[columns.indexOf(name)]))]);
    const answer = await send(file);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([answer.json.updated, answer.json.unchanged], [0, descriptions.length]);
  });

  test('makes new products and changes those with the id or the sku', async () => {
    const name = unique('Imported');
    const byId = await createProduct({ stockQuantity: 5, sku: unique('id'), category: 'Old', rating: 4 });
    const bySku = await createProduct({ sku: unique('SKU') });
    const ownId = randomUUID();
    const rows = [
      ['productId', 'sku', 'name', 'price', 'category', 'minimumStock', 'rating', 'description'],
      [byId.productId, byId.sku, name, '12.50', '', '', '', 'two\r\nlines, "quoted"'],
      ['', bySku.sku.toLowerCase(), `${name} b`, '3', 'New', '7', '', ''],
      ['', '', `${name} c`, '1', '', '', '', ''],
      [ownId, '', `${name} d`, '0.01', '', '3', '5', ''],
    ];
    assert.deepEqual(await imported(rows, { dryRun: true }), { created: 2, updated: 2, unchanged: 0, errors: 0 });
    assert.deepEqual(await findProducts(name), [], 'a dry run writes nothing');
    assert.deepEqual(await imported(rows), { created: 2, updated: 2, unchanged: 0, errors: 0 });
    const found = await findProducts(name);
    assert.deepEqual(found.map(({ name: one, price, category, rating }) => [one, price, category, rating]),
      [[name, 12.5, null, null], [`${name} b`, 3, 'New', null], [`${name} c`, 1, null, null], [`${name} d`, 0.01, null, 5]]);
    const [a, b, c, d] = found;
    assert.deepEqual([a.productId, b.productId, d.productId], [byId.productId, bySku.productId, ownId]);
    assert.deepEqual([a.stockQuantity, a.minimumStock, a.description, a.version], [5, 10, 'two\r\nlines, "quoted"', 2]);
    assert.deepEqual([b.minimumStock, c.minimumStock, d.minimumStock, c.stockQuantity], [7, 10, 3, 0]);
    // Once more: the first and the last two that have an id or a sku are as they are.
    rows.splice(3, 1);
    assert.deepEqual(await imported(rows, { dryRun: 'false' }), { created: 0, updated: 0, unchanged: 3, errors: 0 });
    assert.equal((await readProduct(a)).json.version, 2);
  });

  test('every row is in the trail, under the one who did it', async () => {
    const changed = await createProduct({ sku: unique('trail') });
    const name = unique('Trail');
    const answer = await send(csv([['sku', 'name', 'price'], [changed.sku, name, 2], ['', `${name} new`, 2]]));
    const rows = await sql('select action, actor_id from audit_log where request_id = $1 order by action', [answer.headers['x-request-id']]);
    const actor = await userIdOf('admin');
    assert.deepEqual(rows, [{ action: 'insert', actor_id: actor }, { action: 'update', actor_id: actor }]);
  });

  test('tells of every bad row and field, and changes nothing', async () => {
    const taken = await createProduct({ sku: unique('taken') });
    const other = await createProduct({ sku: unique('other') });
    const gone = await createProduct({ stockQuantity: 1, sku: unique('gone') });
    await request('DELETE', productAddress(gone), { user: 'admin' });
    const name = unique('Refused');
    const rows = [
      ['productId', 'sku', 'name', 'price', 'rating', 'minimumStock', 'imageUrl'],
      ['', '', name, '1', '', '', ''],
      ['x', '', 'a\nb', '1.005', '6', '-1', 'ftp://x'],
      ['', '', '', '', '', '', ''],
      [other.productId, taken.sku, 'x', '1', '', '', ''],
      [gone.productId, '', 'x', '1', '', '', ''],
      ['', 'twice', 'x', '1', '', '', ''],
      ['', 'TWICE', 'x', '1', '', '', ''],
      [other.productId, '', 'x', '1', '', '', ''],
      ['', '', 'x'],
    ];
    const expected = [
      ['/rows/2/imageUrl', 'not_an_address'], ['/rows/2/minimumStock', 'out_of_range'], ['/rows/2/name', 'control_character'],
      ['/rows/2/price', 'too_many_decimals'], ['/rows/2/productId', 'not_a_uuid'], ['/rows/2/rating', 'out_of_range'],
      ['/rows/3/name', 'required'], ['/rows/3/price', 'required'], ['/rows/4/sku', 'taken'], ['/rows/5/productId', 'archived'],
      ['/rows/7/sku', 'repeated'], ['/rows/8/productId', 'repeated'], ['/rows/9', 'wrong_length'],
    ];
    const dry = await send(csv(rows), { dryRun: true });
    assert.equal(dry.status, 200, dry.text);
    assert.deepEqual(faults(dry.json), expected);
    assert.deepEqual([dry.json.rows, dry.json.created, dry.json.errorsNotShown], [9, 2, 0]);
    const problem = assertProblem(await send(csv(rows)), 422);
    assert.deepEqual(faults(problem), expected);
    assert.deepEqual(await findProducts(name), []);
    assert.equal((await readProduct(other)).json.version, 1);
  });

  test('a column that is none, or stands in no export, is a fault of the header', async () => {
    const answer = await send('name,colour,name,Price,version,Sales,Version,version\nx,red,y,2,1,2,3,4\n', { dryRun: true });
    assert.deepEqual(faults(answer.json).sort(), [
      ['/rows/0/Price', 'wrong_case'], ['/rows/0/Sales', 'read_only'], ['/rows/0/Version', 'wrong_case'], ['/rows/0/colour', 'unknown_field'],
      ['/rows/0/name', 'repeated'], ['/rows/0/version', 'repeated'],
    ]);
    assertProblem(await send('name,price,stock\nx,1,1\n'), 422, { fields: { '/rows/0/stock': 'unknown_field' } });
  });

  test('refuses what is no CSV, no UTF-8, or nothing at all', async () => {
    for (const body of ['', 'name\n"x', 'name\na"b\n', 'name\nx\ry', 'name\nx\0y', Buffer.from('name\n\xff', 'latin1'),
      `name\n${'x'.repeat(70_000)}`, `${'name,'.repeat(40)}\n`]) {
      assertProblem(await send(body), 400);
    }
    assertProblem(await send('name\nx', { type: 'application/json' }), 415);
    assertProblem(await send('name\nx', { type: 'text/csv; charset=latin1' }), 415);
    assertProblem(await send('x'.repeat(5 * 1024 * 1024 + 1)), 413);
    assertProblem(await send(`name,price\n${'x,1\n'.repeat(10_001)}`), 413);
    assertProblem(await send('name\nx', { dryRun: 'yes' }), 400, { fields: { '?dryRun': 'not_a_choice' } });
    assertProblem(await send('name\nx', { user: 'staff' }), 403);
  });

  test('a byte order mark, LF or CRLF, and a missing end are all the same', async () => {
    for (const body of ['\ufeffname,price\r\n"x",1\r\n', 'name,price\nx,1']) {
      assert.equal((await send(body, { dryRun: true, type: 'text/csv; charset=UTF-8; header=present' })).json.created, 1);
    }
  });
});

describe('in a shop of its own', () => {
  let shop;
  before(async () => {
    shop = await startPrivateStack();
  });
  after(() => shop?.stop());

  test('10 000 rows are made, changed, found unchanged, and refused for one of them', async () => {
    const rows = (price, length = 10_000) => [['sku', 'name', 'price', 'category', 'description'],
      ...Array.from({ length }, (_, index) => [`S${index}`, `Name ${index}`, price, 'Many', 'Text '.repeat(40)])];
    const on = shop;
    assert.deepEqual(await imported(rows(1), { on }), { created: 10_000, updated: 0, unchanged: 0, errors: 0 });
    assert.deepEqual(await imported(rows(1), { on }), { created: 0, updated: 0, unchanged: 10_000, errors: 0 });
    assert.deepEqual(await imported(rows(2), { on }), { created: 0, updated: 10_000, unchanged: 0, errors: 0 });
    const last = rows(3);
    last[10_000][2] = 'much';
    assertProblem(await send(csv(last), { on }), 422, { fields: { '/rows/10000/price': 'not_a_number' } });
    assert.deepEqual(await shop.sql('select price, count(*) from products group by 1'), [{ price: 2, count: 10_000 }]);
    const { json } = await send(csv(rows('much')), { on, dryRun: true });
    assert.deepEqual([json.errors.length, json.errorsNotShown, json.created], [1000, 9000, 0]);
  });
});
