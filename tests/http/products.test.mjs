// Products: finding, reading and adding. Changes, images, pages and entity tags have their own files.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  buy, createProduct, findProducts, nextPage, productAddress, readProduct, sell, unique, userIdOf,
} from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql } from './stack.mjs';

describe('GET /products', () => {
  test('gives the products as a bare array, by name, each with all its fields', async () => {
    await createProduct();
    const answer = await request('GET', '/products', { user: 'viewer' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    shapes.list(shapes.product)(answer.json);
    const rows = await sql(`select product_id from products where archived_at is null
      order by name, product_id limit 1000`);
    assert.deepEqual(answer.json.map(({ productId }) => productId), rows.map((row) => row.product_id));
  });

  test('gives the figures that the database holds, absent values as null', async () => {
    const bare = await createProduct({ name: unique('Bare'), price: 0 });
    const [found] = await findProducts(bare.name);
    assert.deepEqual(found, {
      ...bare,
      price: 0, rating: null, stockQuantity: 0, imageUrl: null, description: null, sku: null,
      category: null, minimumStock: 10, version: 1, unitsSold: 0,
    });
  });

  test('searches in the name, upper or lower case, anywhere in it', async () => {
    const mark = randomUUID().slice(0, 8);
    const wanted = await createProduct({ name: `Oak Shelf ${mark} Wide` });
    const other = await createProduct({ name: unique('Pine'), description: `like Oak Shelf ${mark}` });
    for (const search of [`oak shelf ${mark}`, `SHELF ${mark.toUpperCase()} W`, `${mark} wide`]) {
      const found = await findProducts(search);
      assert.deepEqual(found.map(({ productId }) => productId), [wanted.productId], search);
      assert.ok(!found.some(({ productId }) => productId === other.productId));
    }
    assert.deepEqual(await findProducts(`${mark} Oak`), []);
  });

  test('takes %, _ and \\ in a search for themselves', async () => {
    const mark = randomUUID().slice(0, 8);
    const names = ['100% cotton', '100 cotton', 'a_b', 'axb', 'back\\slash', 'backslash']
      .map((name) => `${name} ${mark}`);
    for (const name of names) await createProduct({ name });
    const find = async (search) => (await findProducts(`${search} ${mark}`)).map(({ name }) => name);
    assert.deepEqual(await find('% cotton'), [names[0]]);
    assert.deepEqual(await find('a_b'), [names[2]]);
    assert.deepEqual(await find('k\\s'), []);
    assert.deepEqual(await find('k\\slash'), [names[4]]);
    assert.deepEqual(await find('%'), []);
  });

  test('searches beyond ASCII, without regard to case', async () => {
    const mark = randomUUID().slice(0, 8);
    const names = [`Äpfel ${mark} 🍏`, `スタンド ${mark}`, `ΦΩΣ ${mark}`];
    for (const name of names) await createProduct({ name });
    for (const [search, name] of [['äPFEL', names[0]], [`${mark} 🍏`, names[0]], ['スタンド', names[1]],
      ['φως'.slice(0, 2), names[2]]]) {
      const found = (await findProducts(search)).map((product) => product.name);
      assert.ok(found.includes(name), search);
    }
  });

  test('answers what common clients accept', async () => {
    for (const accept of ['application/json, text/plain, */*', '*/*', 'application/*', 'Application/JSON', '']) {
      const answer = await request('GET', '/products?limit=1', { user: 'viewer', headers: { accept } });
      assert.equal(answer.status, 200, accept);
    }
  });

  test('takes an empty search for none, and refuses one over 200 characters', async () => {
    const all = await request('GET', '/products?limit=3', { user: 'viewer' });
    const empty = await request('GET', '/products?search=&limit=3', { user: 'viewer' });
    assert.deepEqual(empty.json, all.json);
    assert.equal((await findProducts('ä'.repeat(200))).length, 0);
    const answer = await request('GET', `/products?search=${'x'.repeat(201)}`, { user: 'viewer' });
    assertProblem(answer, 400, { fields: { '?search': 'too_long' } });
  });

  test('carries the search along to the next page', async () => {
    const mark = unique('R&D = 50%');
    for (const letter of ['a', 'b', 'c']) await createProduct({ name: `${mark} ${letter}` });
    const search = encodeURIComponent(mark);
    const first = await request('GET', `/products?search=${search}&limit=2`, { user: 'viewer' });
    const second = await request('GET', nextPage(first), { user: 'viewer' });
    assert.deepEqual([...first.json, ...second.json].map(({ name }) => name.at(-1)), ['a', 'b', 'c']);
    assert.equal(nextPage(second), undefined);
  });
});

describe('GET /products/{productId}', () => {
  test('gives the last ten sales and purchases, newest first', async () => {
    const product = await createProduct({ price: 12.5, stockQuantity: 100 });
    for (let day = 1; day <= 11; day += 1) {
      const at = `2026-01-${String(day).padStart(2, '0')} 12:30:15.25+00`;
      await sell(product, day, { price: 12.5, at });
      await buy(product, 10 * day, { cost: 4.125, at });
    }
    const { json: found } = await readProduct(product);
    shapes.productWithHistory(found);
    assert.equal(found.stockQuantity, 100 + 9 * 66);
    assert.equal(found.unitsSold, 66);
    assert.deepEqual(found.Sales.map(({ quantity }) => quantity), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    assert.deepEqual(found.Purchases.map(({ quantity }) => quantity),
      [110, 100, 90, 80, 70, 60, 50, 40, 30, 20]);
    const [{ saleId, ...sale }] = found.Sales;
    assert.deepEqual(sale, {
      productId: product.productId, timestamp: '2026-01-11T12:30:15.250Z', quantity: 11, unitPrice: 12.5,
      totalAmount: 137.5,
    });
    const [{ purchaseId, ...purchase }] = found.Purchases;
    assert.deepEqual(purchase, {
      productId: product.productId, timestamp: '2026-01-11T12:30:15.250Z', quantity: 110,
      unitCost: 4.125, totalCost: 453.75,
    });
    const [documents] = await sql(`select
      (select count(*) from sales where sale_id = $1) + (select count(*) from purchases where purchase_id = $2)
      as found`, [saleId, purchaseId]);
    assert.equal(documents.found, 2);
  });

  test('has empty lists for a product without history', async () => {
    const { json: found } = await readProduct(await createProduct());
    shapes.productWithHistory(found);
    assert.deepEqual([found.Sales, found.Purchases], [[], []]);
  });

  test('finds a product by its id in upper case too, and answers 404 to what is no product', async () => {
    const product = await createProduct();
    const upper = await request('GET', `/products/${product.productId.toUpperCase()}`, { user: 'viewer' });
    assert.equal(upper.json.productId, product.productId);
    for (const id of [randomUUID(), '42', 'null', `${product.productId}x`, `{${product.productId}}`,
      product.productId.replaceAll('-', '')]) {
      assertProblem(await request('GET', `/products/${id}`, { user: 'viewer' }), 404);
    }
  });
});

describe('POST /products', () => {
  test('takes JSON and answers 201 with the product and where it is', async () => {
    const fields = {
      name: unique('Walnut organiser'), price: 34.9, rating: 4.25, stockQuantity: 120,
      description: 'Five compartments.\nOiled “walnut” 🌰', sku: unique('DSK'), category: 'Büro',
      minimumStock: 20, imageUrl: 'https://images.example/organiser.webp?w=200&h=100',
    };
    const answer = await request('POST', '/products', { user: 'staff', json: fields });
    assert.equal(answer.status, 201, answer.text);
    shapes.product(answer.json);
    const { productId, version, updatedAt, unitsSold, ...rest } = answer.json;
    assert.deepEqual(rest, fields);
    assert.equal(version, 1);
    assert.equal(unitsSold, 0);
    assert.ok(Math.abs(Date.parse(updatedAt) - Date.now()) < 60_000);
    assert.equal(answer.headers.location, `/products/${productId}`);
    const { json: read } = await readProduct({ productId });
    assert.deepEqual(read, { ...answer.json, Sales: [], Purchases: [] });
  });

  test('takes a form, in which numbers are text', async () => {
    const form = {
      name: unique('Ölkanne'), price: '19.90', stockQuantity: '7', rating: '3.5', sku: unique('F'),
      minimumStock: '2', description: 'x', category: 'Garten',
    };
    const answer = await request('POST', '/products', { user: 'staff', form });
    assert.equal(answer.status, 201, answer.text);
    const { productId, version, updatedAt, unitsSold, ...rest } = answer.json;
    assert.deepEqual(rest, {
      ...form, price: 19.9, stockQuantity: 7, rating: 3.5, minimumStock: 2, imageUrl: null,
    });
  });

  test('refuses a form that says a field twice, or a number in another form than JSON has', async () => {
    const twice = ['name=a', 'price=1', 'price=2'].map((field) => field.split('='))
      .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
    assertProblem(await request('POST', '/products', {
      user: 'staff', body: `${twice}--b--\r\n`, headers: { 'content-type': 'multipart/form-data; boundary=b' },
    }), 400);
    for (const price of [' 1 ', '1,50', '0x10', '+1', '.5', '1.', '1e', 'Infinity', '1_000', '€1']) {
      const answer = await request('POST', '/products', { user: 'staff', form: { name: 'x', price } });
      assert.equal(answer.status, 422, price);
      assertProblem(answer, 422, { fields: { '/price': 'not_a_number' } });
    }
  });

  test('AC-54 keeps 19.99 exact and refuses 1.005', async () => {
    const body = (price) => `{"name":"${unique('Price')}","price":${price}}`;
    const send = (price) => request('POST', '/products', {
      user: 'staff', body: body(price), headers: { 'content-type': 'application/json' },
    });
    for (const price of ['19.99', '0.01', '0.1', '999999999999.99', '1e2', '1.50']) {
      const answer = await send(price);
      assert.equal(answer.status, 201, answer.text);
      assert.equal(answer.json.price, Number(price));
      const [row] = await sql('select price::text from products where product_id = $1', [answer.json.productId]);
      assert.equal(Number(row.price), Number(price));
      assert.match(row.price, /^\d+\.\d\d$/);
    }
    assertProblem(await send('1.005'), 422, { fields: { '/price': 'too_many_decimals' } });
    for (const price of ['-0.01', '1000000000000', '1e13']) {
      assertProblem(await send(price), 422, { fields: { '/price': 'out_of_range' } });
    }
  });

  test('books the opening stock in the ledger, with who and which request', async () => {
    const answer = await request('POST', '/products', {
      user: 'staff', json: { name: unique('Stocked'), price: 1, stockQuantity: 17 },
    });
    const rows = await sql(`select type, quantity, quantity_after, reason, actor_id, request_id
      from stock_movements where product_id = $1`, [answer.json.productId]);
    assert.deepEqual(rows, [{
      type: 'opening', quantity: 17, quantity_after: 17, reason: null,
      actor_id: await userIdOf('staff'), request_id: answer.headers['x-request-id'],
    }]);
    const without = await createProduct({ stockQuantity: 0 });
    assert.deepEqual(await sql('select 1 from stock_movements where product_id = $1', [without.productId]), []);
  });

  test('takes a productId of the client, and answers 409 when it is taken', async () => {
    const productId = randomUUID();
    const first = await createProduct({ productId });
    assert.equal(first.productId, productId);
    const again = await request('POST', '/products', {
      user: 'staff', json: { productId, name: unique('Second'), price: 2 },
    });
    assertProblem(again, 409, { fields: { '/productId': 'taken' } });
    assert.equal((await readProduct(first)).json.name, first.name);
  });

  test('answers 409 to a sku that another product has, in upper or lower case', async () => {
    const sku = unique('sku-ä');
    await createProduct({ sku });
    const name = unique('Twin');
    for (const taken of [sku, sku.toUpperCase()]) {
      const answer = await request('POST', '/products', {
        user: 'staff', json: { name, price: 2, sku: taken, stockQuantity: 3 },
      });
      assertProblem(answer, 409, { fields: { '/sku': 'taken' } });
    }
    assert.deepEqual(await findProducts(name), [], 'nothing of it was kept');
  });

  test('AC-51 AC-53 AC-54 names every field that is wrong at once', async () => {
    const answer = await request('POST', '/products', {
      user: 'staff',
      json: {
        name: '  ', price: 1.005, rating: 5.5, stockQuantity: 1.5, minimumStock: -1, sku: 'x'.repeat(65),
        category: 7, imageUrl: 'ftp://example.com/a.png', productId: 'abc', description: 'x'.repeat(4001),
        colour: 'red', version: 3,
      },
    });
    assertProblem(answer, 422, {
      fields: {
        '/name': 'blank', '/price': 'too_many_decimals', '/rating': 'out_of_range',
        '/stockQuantity': 'not_an_integer', '/minimumStock': 'out_of_range', '/sku': 'too_long',
        '/category': 'wrong_type', '/imageUrl': 'not_an_address', '/productId': 'not_a_uuid',
        '/description': 'too_long', '/colour': 'unknown_field', '/version': 'read_only',
      },
    });
  });

  test('wants a name and a price, in JSON and in a form', async () => {
    const fields = { '/name': 'required', '/price': 'required' };
    assertProblem(await request('POST', '/products', { user: 'staff', json: {} }), 422, { fields });
    assertProblem(await request('POST', '/products', { user: 'staff', form: { sku: '1' } }), 422, { fields });
    assertProblem(await request('POST', '/products', { user: 'staff', json: { name: null, price: null } }),
      422, { fields: { '/name': 'not_nullable', '/price': 'not_nullable' } });
  });

  test('takes texts up to their limits, counted in characters', async () => {
    const made = await createProduct({
      name: '🌰'.repeat(200), sku: `${randomUUID()}${'ß'.repeat(28)}`, category: '大'.repeat(100),
      description: 'ä'.repeat(4000),
    });
    assert.equal([...made.name].length, 200);
    assert.equal([...made.description].length, 4000);
    await request('DELETE', productAddress(made), { user: 'admin' });
  });

  test('writes an audit row that says who and in which request', async () => {
    const answer = await request('POST', '/products', { user: 'staff', json: { name: unique('Audited'), price: 5 } });
    const rows = await sql(`select action, actor_id, request_id, before, after->>'name' as name
      from audit_log where row_id = $1`, [answer.json.productId]);
    assert.deepEqual(rows, [{
      action: 'insert', actor_id: await userIdOf('staff'), request_id: answer.headers['x-request-id'],
      before: null, name: answer.json.name,
    }]);
  });
});
