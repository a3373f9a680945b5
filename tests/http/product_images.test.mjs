// Product images: judged by their bytes, served to everyone, replaced without a moment in which the product points at
// nothing. The same of both kinds of store: a directory that nginx serves, and a bucket behind a CDN.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { hastenDeletions, ImageBucket } from './image-bucket.mjs';
import { gif, jpeg, png, webp } from './images.mjs';
import { createProduct, productAddress, unique } from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
import { stack as openStack, startPrivateStack, until } from './stack.mjs';

const MAX_BYTES = 5 * 1024 * 1024;
/** A replaced image is deleted some seconds later. */
const LATER = { deadline: 30_000 };
const KINDS = {
  png: { bytes: png(), type: 'image/png' },
  jpg: { bytes: jpeg(), type: 'image/jpeg' },
  gif: { bytes: gif(), type: 'image/gif' },
  webp: { bytes: webp(), type: 'image/webp' },
};

/** How images are kept: { open(), close(), base, keys() }. */
const STORES = {
  'a directory': {
    async open() {
      this.stack = await startPrivateStack({ configuration: { S3_BUCKET_NAME: '' } });
      this.base = `${this.stack.url}/images`;
    },
    close() { return this.stack?.stop(); },
    keys() {
      const folder = path.join(this.stack.imageDirectory, 'products');
      return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => `products/${name}`).sort() : [];
    },
  },
  'a bucket': {
    async open() {
      this.stack = await openStack();
      this.base = this.stack.cdnUrl;
    },
    close() {},
    async keys() { return (await new ImageBucket(this.stack).objects()).map(({ key }) => key).sort(); },
  },
};

for (const [name, store] of Object.entries(STORES)) describe(`In ${name}`, () => {
  before(() => store.open());
  after(() => store.close());

  const request = (...parameters) => store.stack.request(...parameters);
  const newProduct = (fields) => createProduct(fields, store.stack);
  const readProduct = async ({ productId }) => (await request('GET', `/products/${productId}`, { user: 'viewer' })).json;
  const keyOf = ({ imageUrl }) => imageUrl.slice(imageUrl.indexOf('products/'));
  const isKept = async (product) => (await store.keys()).includes(keyOf(product));
  const untilGone = (product) => until(async () => {
    await hastenDeletions(store.stack);
    return !await isKept(product);
  }, { ...LATER, what: 'the end of the image' });

  const assertNoneAdded = async (keys) =>
    assert.deepEqual((await store.keys()).filter((key) => !keys.includes(key)), [], 'no image was left behind');

  const upload = (product, bytes, { headers, ...file } = {}) =>
    request('POST', `${productAddress(product)}/image`, {
      user: 'staff', form: { image: { bytes, ...file } }, headers,
    });
  const withImage = async (bytes = png()) => {
    const answer = await upload(await newProduct(), bytes);
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  /** The image as a browser fetches it, without a token. */
  async function fetchImage({ imageUrl }, headers = {}) {
    const request = https.request(imageUrl, { headers, ca: fs.readFileSync(store.stack.caFile), agent: false });
    request.end();
    const [response] = await once(request, 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) };
  }

  describe('POST /products/{productId}/image', () => {
    for (const [extension, { bytes, type }] of Object.entries(KINDS)) {
      test(`takes a ${extension}, whatever it is called, and gives everybody those bytes`, async () => {
        const before = await newProduct();
        const answer = await upload(before, bytes, { filename: '../../etc/passwd.exe', type: 'text/html' });
        assert.equal(answer.status, 200, answer.text);
        shapes.product(answer.json);
        const { imageUrl, updatedAt, version, ...rest } = answer.json;
        const { imageUrl: none, updatedAt: was, version: one, ...expected } = before;
        assert.deepEqual(rest, expected);
        assert.equal(version, 2);
        assert.ok(imageUrl.startsWith(`${store.base}/products/`), imageUrl);
        assert.match(imageUrl, new RegExp(`/products/[0-9a-f-]{36}\\.${extension}$`));

        const image = await fetchImage(answer.json);
        assert.equal(image.status, 200);
        assert.ok(image.bytes.equals(bytes));
        assert.equal(image.headers['content-type'], type);
        assert.equal(image.headers['cache-control'], 'public, max-age=31536000, immutable');
        assert.equal(image.headers['x-content-type-options'], 'nosniff');
        assert.equal((await readProduct(before)).imageUrl, imageUrl);
      });
    }

    test('answers 304 to a browser that has the image', async () => {
      const product = await withImage();
      const { headers } = await fetchImage(product);
      assert.equal((await fetchImage(product, { 'if-none-match': headers.etag })).status, 304);
    });

    test('AC-41 answers 415 to bytes that are no image, whatever they are called', async () => {
      const product = await newProduct();
      const keys = await store.keys();
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
      assert.equal((await readProduct(product)).imageUrl, null);
      await assertNoneAdded(keys);
    });

    test('AC-32 takes exactly 5 MB and answers 413 to one byte more', async () => {
      const product = await newProduct();
      const largest = png({ size: MAX_BYTES });
      assert.equal(largest.length, MAX_BYTES);
      const answer = await upload(product, largest);
      assert.equal(answer.status, 200, answer.text);
      assert.equal((await fetchImage(answer.json)).bytes.length, MAX_BYTES);
      assertProblem(await upload(product, png({ size: MAX_BYTES + 1 })), 413);
      assertProblem(await upload(product, png({ size: 7 << 20 })), 413);
      assert.equal((await readProduct(product)).imageUrl, answer.json.imageUrl);
    });

    test('wants the file in the field image, and no other field', async () => {
      const product = await newProduct();
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
      const keys = await store.keys();
      assertProblem(await upload({ productId: randomUUID() }, png()), 404);
      await assertNoneAdded(keys);
    });
  });

  describe('An image that is replaced', () => {
    test('gets a new address, and the old file goes', async () => {
      const before = await withImage(png({ red: 1 }));
      assert.ok(await isKept(before));
      const { json: after } = await upload(before, webp());
      assert.notEqual(after.imageUrl, before.imageUrl);
      assert.equal((await fetchImage(after)).status, 200);
      await untilGone(before);
    });

    test('goes when its product gets an address elsewhere, or none', async () => {
      for (const imageUrl of ['https://images.example/a.png', null]) {
        const before = await withImage();
        const answer = await request('PATCH', productAddress(before), { user: 'staff', json: { imageUrl } });
        assert.equal(answer.json.imageUrl, imageUrl);
        await untilGone(before);
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
        assert.ok(await isKept(before));
      }
      const elsewhere = pathname.replace(/[0-9a-f]{8}-/, '00000000-');
      const answer = await request('PATCH', productAddress(before), {
        user: 'staff', json: { imageUrl: `https://shop.example${elsewhere}` },
      });
      assert.equal(answer.json.imageUrl, `https://shop.example${elsewhere}`, 'an image that is not ours');
    });

    test('belongs to one product: its address is refused for another, never dropped in silence', async () => {
      const owner = await withImage();
      const other = await newProduct();
      const fields = { '/imageUrl': 'not_its_own' };
      assertProblem(await request('PATCH', productAddress(other), {
        user: 'staff', json: { imageUrl: owner.imageUrl, price: 12 },
      }), 422, { fields });
      assertProblem(await request('POST', '/products', {
        user: 'staff', json: { name: unique('Copy'), price: 1, imageUrl: owner.imageUrl },
      }), 422, { fields });
      assert.equal((await readProduct(other)).price, other.price);
    });

    test('goes with a product that is deleted, and stays with one that is archived', async () => {
      const deleted = await withImage();
      const archived = await withImage();
      await request('PATCH', productAddress(archived), { user: 'staff', json: { stockQuantity: 1 } });
      for (const product of [deleted, archived]) {
        assert.equal((await request('DELETE', productAddress(product), { user: 'admin' })).status, 200);
      }
      await untilGone(deleted);
      assert.ok(await isKept(archived));
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
        const answer = await request(method, productAddress(before), {
          user: 'staff', form: { price: '3', image: { bytes: gif() } },
        });
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual([answer.json.price, answer.json.name], [3, before.name]);
        assert.ok((await fetchImage(answer.json)).bytes.equals(gif()));
        await untilGone(before);
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
      const other = await newProduct({ sku: unique('S') });
      const product = await withImage();
      const keys = await store.keys();
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
      await assertNoneAdded(keys);
      assert.equal((await readProduct(product)).imageUrl, product.imageUrl);
      assert.equal((await fetchImage(product)).status, 200);
    });

    test('names no file in the database that is not there', async () => {
      const kept = new Set(await store.keys());
      const rows = await store.stack.sql('select image_key from products where image_key is not null');
      for (const { image_key: key } of rows) assert.ok(kept.has(key), key);
    });
  });

  if (name === 'a directory') {
    test('there is no upload past us: 501, with what to do instead', async () => {
      const product = await newProduct();
      for (const [target, json] of [['image-upload', { contentType: 'image/png', contentLength: 100 }],
        [`image-upload/${randomUUID()}/confirm`, undefined]]) {
        const answer = await request('POST', `${productAddress(product)}/${target}`, { user: 'staff', json });
        assertProblem(answer, 501, { type: 'not-implemented' });
        assert.match(answer.json.detail, /POST \/products\/\{productId\}\/image/);
      }
    });
  }
});
