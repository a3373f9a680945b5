// Product images: judged by their bytes, served by nginx, replaced without a moment in which the product
// points at nothing.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { gif, jpeg, png, webp } from './images.mjs';
import { createProduct, productAddress, readProduct, unique } from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { request, sql, stack, until } from './stack.mjs';

const MAX_BYTES = 5 * 1024 * 1024;
const KINDS = {
  png: { bytes: png(), type: 'image/png' },
  jpg: { bytes: jpeg(), type: 'image/jpeg' },
  gif: { bytes: gif(), type: 'image/gif' },
  webp: { bytes: webp(), type: 'image/webp' },
};

const upload = (product, bytes, { headers, ...file } = {}) =>
  request('POST', `${productAddress(product)}/image`, {
    user: 'staff', form: { image: { bytes, ...file } }, headers,
  });
const withImage = async (bytes = png()) => {
  const answer = await upload(await createProduct(), bytes);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
/** The image as a browser fetches it, without a token. */
const fetchImage = (product, headers) => request('GET', new URL(product.imageUrl).pathname, { headers });
const fileOf = async ({ imageUrl }) =>
  path.join((await stack()).imageDirectory, new URL(imageUrl).pathname.replace('/images/', ''));
const storedFiles = async () => {
  const folder = path.join((await stack()).imageDirectory, 'products');
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [];
};

describe('POST /products/{productId}/image', () => {
  for (const [extension, { bytes, type }] of Object.entries(KINDS)) {
    test(`takes a ${extension}, whatever it is called, and nginx serves those bytes to everyone`, async () => {
      const before = await createProduct();
      const answer = await upload(before, bytes, { filename: '../../etc/passwd.exe', type: 'text/html' });
      assert.equal(answer.status, 200, answer.text);
      shapes.product(answer.json);
      const { imageUrl, updatedAt, version, ...rest } = answer.json;
      const { imageUrl: none, updatedAt: was, version: one, ...expected } = before;
      assert.deepEqual(rest, expected);
      assert.equal(version, 2);
      const { url } = await stack();
      assert.match(imageUrl, new RegExp(`^${url}/images/products/[0-9a-f-]{36}\\.${extension}$`));

      const image = await fetchImage(answer.json);
      assert.equal(image.status, 200);
      assert.ok(image.bytes.equals(bytes));
      assert.equal(image.headers['content-type'], type);
      assert.equal(image.headers['cache-control'], 'public, max-age=31536000, immutable');
      assert.equal(image.headers['x-content-type-options'], 'nosniff');
      assert.equal((await readProduct(before)).json.imageUrl, imageUrl);
    });
  }

  test('answers 304 to a browser that has the image', async () => {
    const product = await withImage();
    const { headers } = await fetchImage(product);
    assert.equal((await fetchImage(product, { 'if-none-match': headers.etag })).status, 304);
  });

  test('AC-41 answers 415 to bytes that are no image, whatever they are called', async () => {
    const product = await createProduct();
    const files = await storedFiles();
    const almost = png();
    almost[3] ^= 1;
    const wrong = {
      text: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      pdf: Buffer.from('%PDF-1.7\n'),
      almost,
      cut: png().subarray(0, 20),
      empty: Buffer.alloc(0),
      zeros: Buffer.alloc(100),
    };
    for (const [name, bytes] of Object.entries(wrong)) {
      const answer = await upload(product, bytes, { filename: 'a.png', type: 'image/png' });
      assert.equal(answer.status, 415, name);
      assertProblem(answer, 415);
    }
    assert.equal((await readProduct(product)).json.imageUrl, null);
    assert.deepEqual(await storedFiles(), files);
  });

  test('AC-32 takes exactly 5 MB and answers 413 to one byte more', async () => {
    const product = await createProduct();
    const largest = png({ size: MAX_BYTES });
    assert.equal(largest.length, MAX_BYTES);
    const answer = await upload(product, largest);
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await fetchImage(answer.json)).bytes.length, MAX_BYTES);
    assertProblem(await upload(product, png({ size: MAX_BYTES + 1 })), 413);
    assertProblem(await upload(product, png({ size: 7 << 20 })), 413);
    assert.equal((await readProduct(product)).json.imageUrl, answer.json.imageUrl);
  });

  test('wants the file in the field image, and no other field', async () => {
    const product = await createProduct();
    const send = (form) => request('POST', `${productAddress(product)}/image`, { user: 'staff', form });
    assertProblem(await send({ name: 'x' }), 422, {
      fields: { '/image': 'required', '/name': 'unknown_field' },
    });
    assertProblem(await send({ picture: { bytes: png() } }), 422, {
      fields: { '/image': 'required', '/picture': 'unknown_field' },
    });
    const json = await request('POST', `${productAddress(product)}/image`, { user: 'staff', json: {} });
    assertProblem(json, 415);
  });

  test('leaves no file behind for a product that is not there', async () => {
    const files = await storedFiles();
    assertProblem(await upload({ productId: randomUUID() }, png()), 404);
    assert.deepEqual(await storedFiles(), files);
  });
});

describe('An image that is replaced', () => {
  test('gets a new address, and the old file goes', async () => {
    const before = await withImage(png({ red: 1 }));
    const oldFile = await fileOf(before);
    assert.ok(fs.existsSync(oldFile));
    const { json: after } = await upload(before, webp());
    assert.notEqual(after.imageUrl, before.imageUrl);
    assert.equal((await fetchImage(after)).status, 200);
    await until(() => !fs.existsSync(oldFile), { what: 'the end of the replaced file' });
    assertProblem(await fetchImage(before), 404);
  });

  test('goes when its product gets an address elsewhere, or none', async () => {
    for (const imageUrl of ['https://images.example/a.png', null]) {
      const before = await withImage();
      const file = await fileOf(before);
      const answer = await request('PATCH', productAddress(before), { user: 'staff', json: { imageUrl } });
      assert.equal(answer.json.imageUrl, imageUrl);
      await until(() => !fs.existsSync(file), { what: 'the end of the replaced file' });
    }
  });

  test('stays when the client sends back the address it was given', async () => {
    const before = await withImage();
    const answer = await request('PATCH', productAddress(before), {
      user: 'staff', json: { imageUrl: before.imageUrl, price: 11 },
    });
    assert.equal(answer.json.imageUrl, before.imageUrl);
    assert.equal((await fetchImage(before)).status, 200);
  });

  test('stays when its address comes back as it would be under another base', async () => {
    const before = await withImage();
    const { pathname } = new URL(before.imageUrl);
    for (const imageUrl of [pathname, `https://shop.example${pathname}`]) {
      const answer = await request('PATCH', productAddress(before), { user: 'staff', json: { imageUrl } });
      assert.equal(answer.json.imageUrl, before.imageUrl, imageUrl);
      assert.equal(answer.json.version, before.version, 'nothing was edited');
      assert.ok(fs.existsSync(await fileOf(before)));
    }
    const elsewhere = pathname.replace(/[0-9a-f]{8}-/, '00000000-');
    const answer = await request('PATCH', productAddress(before), {
      user: 'staff', json: { imageUrl: `https://shop.example${elsewhere}` },
    });
    assert.equal(answer.json.imageUrl, `https://shop.example${elsewhere}`, 'an image that is not ours');
  });

  test('belongs to one product: its address is refused for another, never dropped in silence', async () => {
    const owner = await withImage();
    const other = await createProduct();
    const fields = { '/imageUrl': 'not_its_own' };
    assertProblem(await request('PATCH', productAddress(other), {
      user: 'staff', json: { imageUrl: owner.imageUrl, price: 12 },
    }), 422, { fields });
    assertProblem(await request('POST', '/products', {
      user: 'staff', json: { name: unique('Copy'), price: 1, imageUrl: owner.imageUrl },
    }), 422, { fields });
    assert.equal((await readProduct(other)).json.price, other.price);
  });

  test('goes with a product that is deleted, and stays with one that is archived', async () => {
    const deleted = await withImage();
    const archived = await withImage();
    await request('PATCH', productAddress(archived), { user: 'staff', json: { stockQuantity: 1 } });
    for (const product of [deleted, archived]) {
      assert.equal((await request('DELETE', productAddress(product), { user: 'admin' })).status, 200);
    }
    const file = await fileOf(deleted);
    await until(() => !fs.existsSync(file), { what: 'the end of the deleted image' });
    assert.ok(fs.existsSync(await fileOf(archived)));
  });
});

describe('A form with fields and an image', () => {
  test('makes a product with both', async () => {
    const answer = await request('POST', '/products', {
      user: 'staff',
      form: { name: unique('Pictured'), price: '19.99', stockQuantity: '4', image: { bytes: jpeg() } },
    });
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual([answer.json.price, answer.json.stockQuantity], [19.99, 4]);
    assert.ok((await fetchImage(answer.json)).bytes.equals(jpeg()));
  });

  for (const method of ['PATCH', 'PUT']) {
    test(`changes both with ${method}`, async () => {
      const before = await withImage();
      const oldFile = await fileOf(before);
      const answer = await request(method, productAddress(before), {
        user: 'staff', form: { price: '3', image: { bytes: gif() } },
      });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual([answer.json.price, answer.json.name], [3, before.name]);
      assert.ok((await fetchImage(answer.json)).bytes.equals(gif()));
      await until(() => !fs.existsSync(oldFile), { what: 'the end of the replaced file' });
    });
  }

  test('may come from a file input in which no file was chosen', async () => {
    // What browsers send then; Node's FormData would leave the file name out.
    const send = (method, address, fields) => request(method, address, {
      user: 'staff',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: [...Object.entries(fields).map(([name, value]) => [`name="${name}"`, value]),
        ['name="image"; filename=""\r\nContent-Type: application/octet-stream', '']].map(([head, value]) =>
        `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`).concat('--b--\r\n').join(''),
    });
    const made = await send('POST', '/products', { name: unique('Unpictured'), price: '1' });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.json.imageUrl, null);
    const pictured = await withImage();
    const answer = await send('PUT', productAddress(pictured), { price: '2' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.imageUrl, pictured.imageUrl, 'it keeps the image it has');
    assertProblem(await send('POST', `${productAddress(pictured)}/image`, {}), 422, {
      fields: { '/image': 'required' },
    });
  });

  test('leaves no file behind when a field is wrong, the sku is taken or the version stale', async () => {
    const other = await createProduct({ sku: unique('S') });
    const product = await withImage();
    const files = await storedFiles();
    const image = { bytes: png({ blue: 9 }) };
    const send = (form, headers) =>
      request('PATCH', productAddress(product), { user: 'staff', form: { ...form, image }, headers });
    assertProblem(await send({ price: '1.005' }), 422, { fields: { '/price': 'too_many_decimals' } });
    assertProblem(await send({ sku: other.sku }), 409, { fields: { '/sku': 'taken' } });
    assertProblem(await send({}, { 'if-match': '"1.0"' }), 412);
    assertProblem(await upload(product, image.bytes, { headers: { 'if-match': '"1.0"' } }), 412);
    assertProblem(await request('POST', '/products', {
      user: 'staff', form: { name: unique('Twin'), price: '1', sku: other.sku, image },
    }), 409, { fields: { '/sku': 'taken' } });
    assert.deepEqual(await storedFiles(), files);
    assert.equal((await readProduct(product)).json.imageUrl, product.imageUrl);
    assert.equal((await fetchImage(product)).status, 200);
  });

  test('names no file in the database that is not there', async () => {
    const files = new Set(await storedFiles());
    const rows = await sql('select image_key from products where image_key is not null');
    for (const { image_key: key } of rows) assert.ok(files.has(path.basename(key)), key);
  });
});
