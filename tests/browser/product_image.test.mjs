// An image from the device to the page: through S3 and the CDN, with whatever can go wrong on the way.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { isAccessible, onPage, shop } from './dashboard.mjs';

// PNGs of 3 by 2 pixels and of 2 by 2.
const WIDE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEklEQVR4nGP4z8AARBAKCLAIAH6YBfsCsP4AAAAAAElFTkSuQmCC', 'base64');
const SQUARE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAxgCgAfIQP9r2K6HwAAAABJRU5ErkJggg==', 'base64');
// A JPEG of one pixel.
const JPEG = Buffer.from('/9j/2wBDAP//////////////////////////////////////////////////////////////////////////////////////2wBDAf//////////////////////////////////////////////////////////////////////////////////////wAARCAABAAEDASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAA//2Q==', 'base64');
const png = (buffer = WIDE, name = 'lamp.png') => ({ name, mimeType: 'image/png', buffer });

async function makeProduct(stack, fields = {}) {
  const answer = await stack.request('POST', '/products', { user: 'staff', json: { name: `Lamp ${randomUUID().slice(0, 8)}`, price: 12.5, stockQuantity: 3, ...fields } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const getProduct = async (stack, { productId }) => (await stack.request('GET', `/products/${productId}`, { user: 'staff' })).json;
const dialog = (page) => page.getByRole('dialog', { name: 'Product image' });
const upload = (page, name = 'Upload') => dialog(page).getByRole('button', { name }).click();
const problem = (status, type, detail, more = {}) => ({ status, contentType: 'application/problem+json', json: { type: `/problems/${type}`, title: 'Not done', status, detail, message: detail, requestId: 'r1', ...more } });

async function choose(page, file) {
  await page.getByRole('button', { name: /Add image|Change image/ }).click();
  await dialog(page).getByRole('button', { name: 'Choose an image' }).waitFor();
  await dialog(page).locator('input[type=file]').setInputFiles(file);
}

/** The product's own image is on the page, decoded. */
const shown = (page, url) => page.waitForFunction((address) => [...document.querySelectorAll('main img')].some((img) => decodeURIComponent(img.currentSrc).includes(address) && img.complete && img.naturalWidth > 0), url);

/** Of one test: a page of a product of its own, with the dialog's file chosen. `complaints` of the console are expected. */
async function onUpload(settings, test) {
  const stack = await shop();
  const product = await makeProduct(stack);
  await onPage({ ...settings, path: `/products/${product.productId}` }, async (page, { complaints }) => {
    await choose(page, png());
    await test(page, { stack, product });
    complaints.length = 0;
  });
}

describe('An image upload', () => {
  test('goes straight to S3, is confirmed, and is shown through the CDN', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page) => {
      await choose(page, png());
      const preview = dialog(page).getByRole('img', { name: 'Preview of the image you chose' });
      assert.equal(await preview.evaluate((img) => img.decode().then(() => `${img.naturalWidth}x${img.naturalHeight}`)), '3x2');
      const sent = page.waitForRequest((request) => request.url().startsWith(stack.s3Url) && request.method() === 'POST');
      await upload(page);
      await sent;
      await dialog(page).waitFor({ state: 'detached' });
      const { imageUrl, version } = await getProduct(stack, product);
      assert.ok(imageUrl.startsWith(`${stack.cdnUrl}/products/`) && imageUrl.endsWith('.png'), imageUrl);
      assert.equal(version, 2);
      await shown(page, imageUrl);
    });
  });

  test('is dropped onto the dialog, and takes the place of the one before', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page) => {
      await choose(page, png());
      await upload(page);
      await dialog(page).waitFor({ state: 'detached' });
      const first = (await getProduct(stack, product)).imageUrl;
      await page.getByRole('button', { name: 'Change image' }).click();
      const files = await page.evaluateHandle((base64) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], 'square.png', { type: 'image/png' }));
        return transfer;
      }, SQUARE.toString('base64'));
      await page.getByText('Drop an image here').dispatchEvent('drop', { dataTransfer: files });
      await dialog(page).getByText('square.png').waitFor();
      await upload(page);
      await dialog(page).waitFor({ state: 'detached' });
      const { imageUrl } = await getProduct(stack, product);
      assert.notEqual(imageUrl, first);
      await shown(page, imageUrl);
    });
  });

  test('is announced as what its bytes are, and refused before it is sent when that is no image, empty or too large', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page) => {
      await choose(page, { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('Not a picture at all') });
      await dialog(page).getByRole('alert').getByText('no JPEG, PNG, GIF or WebP image').waitFor();
      const input = dialog(page).locator('input[type=file]');
      await input.setInputFiles(png(Buffer.alloc(0)));
      await dialog(page).getByText('This file is empty').waitFor();
      await input.setInputFiles(png(Buffer.concat([WIDE, Buffer.alloc(5 * 1024 * 1024)])));
      await dialog(page).getByText('This file has 5.1 MB; at most 5 MB').waitFor();
      await isAccessible(page);
      await input.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: JPEG });
      const announced = page.waitForRequest('**/image-upload');
      await upload(page);
      assert.deepEqual((await announced).postDataJSON(), { contentType: 'image/jpeg', contentLength: JPEG.length });
      await dialog(page).waitFor({ state: 'detached' });
    });
  });

  test('shows how far it is, and can be stopped', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page, { context }) => {
      await choose(page, png(Buffer.concat([WIDE, Buffer.alloc(4 * 1024 * 1024)])));
      const network = await context.newCDPSession(page);
      await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 256 * 1024 });
      await upload(page);
      const bar = dialog(page).getByRole('progressbar', { name: 'Upload' });
      await page.waitForFunction(() => Number(document.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')) > 5);
      assert.match(await dialog(page).getByRole('status').innerText(), /^Uploading, \d+%$/);
      await isAccessible(page);
      await page.keyboard.press('Escape');
      assert.ok(await bar.isVisible(), 'the dialog stays while it is being sent');
      await dialog(page).getByRole('button', { name: 'Stop upload' }).click();
      await dialog(page).getByText('The upload was stopped').waitFor();
      assert.equal((await getProduct(stack, product)).imageUrl, null);
      await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
      await upload(page);
      await dialog(page).waitFor({ state: 'detached' });
      assert.notEqual((await getProduct(stack, product)).imageUrl, null);
    });
  });

  const xml = (status, code, message) => ({ status, contentType: 'application/xml', headers: { 'Access-Control-Allow-Origin': '*' }, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>` });
  const atStore = [
    ['says when its permission has run out', xml(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.'), 'The permission to upload had run out'],
    ['says when it is not as large as announced', xml(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'), 'not as large as announced'],
    ['says when the store refuses it', xml(403, 'AccessDenied', 'Access Denied'), 'The image store refuses the file'],
    ['says when the store is broken', xml(503, 'SlowDown', 'Please reduce your request rate.'), 'The image store cannot take it just now'],
    ['says when the connection breaks', undefined, 'The connection broke during the upload'],
  ];
  for (const [name, answer, words] of atStore) {
    test(`${name}, and works when it is tried again`, async () => {
      await onUpload({}, async (page, { stack, product }) => {
        await page.route(`${stack.s3Url}/**`, (route) => (answer ? route.fulfill(answer) : route.abort('connectionreset')), { times: 1 });
        await upload(page);
        await dialog(page).getByRole('alert').getByText(words).waitFor();
        await upload(page, 'Try again');
        await dialog(page).waitFor({ state: 'detached' });
        await shown(page, (await getProduct(stack, product)).imageUrl);
      });
    });
  }

  test('says when it could not begin, and works when it is tried again', async () => {
    await onUpload({}, async (page, { stack, product }) => {
      await page.route('**/image-upload', (route) => route.abort('connectionreset'), { times: 1 });
      await upload(page);
      await dialog(page).getByText('The upload could not begin').waitFor();
      await page.route('**/image-upload', (route) => route.fulfill(problem(429, 'too-many-requests', 'Too many requests.')), { times: 1 });
      await upload(page, 'Try again');
      await dialog(page).getByText('Too many requests.').waitFor();
      await upload(page, 'Try again');
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal((await getProduct(stack, product)).version, 2);
    });
  });

  const atConfirmation = [
    ['has not arrived', problem(409, 'conflict', 'The image is not there yet.'), 'did not arrive in the store'],
    ['is another one', problem(422, 'invalid', 'It is not kept.'), 'not the image that was announced'],
    ['is gone', problem(404, 'not-found', 'There is no such upload.'), 'This upload is gone'],
  ];
  for (const [name, answer, words] of atConfirmation) {
    test(`that ${name} at its confirmation is sent anew`, async () => {
      await onUpload({}, async (page, { stack, product }) => {
        await page.route('**/confirm', (route) => route.fulfill(answer), { times: 1 });
        await upload(page);
        await dialog(page).getByRole('alert').getByText(words).waitFor();
        const again = page.waitForRequest((request) => request.url().startsWith(stack.s3Url));
        await upload(page, 'Try again');
        await again;
        await dialog(page).waitFor({ state: 'detached' });
        assert.notEqual((await getProduct(stack, product)).imageUrl, null);
      });
    });
  }

  test('whose confirmation got no answer is confirmed again, not sent again', async () => {
    await onUpload({}, async (page, { stack, product }) => {
      await page.route('**/confirm', async (route) => { await route.fetch(); await route.abort('connectionreset'); }, { times: 1 });
      await upload(page);
      await dialog(page).getByText('no answer whether it is shown').waitFor();
      let sent = 0;
      page.on('request', (request) => { if (request.url().startsWith(stack.s3Url)) sent += 1; });
      await upload(page, 'Try again');
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal(sent, 0);
      assert.equal((await getProduct(stack, product)).version, 2);
    });
  });

  test('of a product that was edited since asks, and is shown all the same', async () => {
    await onUpload({}, async (page, { stack, product }) => {
      await stack.request('PATCH', `/products/${product.productId}`, { user: 'admin', json: { price: 99 } });
      await upload(page);
      await dialog(page).getByText('Somebody has edited the product since you opened it').waitFor();
      assert.equal((await getProduct(stack, product)).imageUrl, null);
      await upload(page, 'Do it all the same');
      await dialog(page).waitFor({ state: 'detached' });
      const { imageUrl, price } = await getProduct(stack, product);
      assert.equal(price, 99);
      await shown(page, imageUrl);
    });
  });

  test('goes through the API where images are not kept in S3', async () => {
    await onUpload({}, async (page, { stack, product }) => {
      await page.route('**/image-upload', (route) => route.fulfill(problem(501, 'not-implemented', 'Images are not kept in S3 here.')));
      await stack.request('PATCH', `/products/${product.productId}`, { user: 'admin', json: { price: 99 } });
      await upload(page);
      await dialog(page).getByText('Somebody has edited the product').waitFor();
      await upload(page, 'Do it all the same');
      await dialog(page).waitFor({ state: 'detached' });
      await shown(page, (await getProduct(stack, product)).imageUrl);
    });
  });
});

describe('The image of a product', () => {
  test('can be removed', async () => {
    await onUpload({}, async (page, { stack, product }) => {
      await upload(page);
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Change image' }).click();
      await dialog(page).getByRole('button', { name: 'Remove image' }).click();
      await page.getByRole('button', { name: 'Add image' }).waitFor();
      assert.equal((await getProduct(stack, product)).imageUrl, null);
    });
  });

  for (const phone of [false, true]) {
    test(`comes in the size of its card ${phone ? 'on a phone' : 'on a laptop'}, and moves nothing as it comes`, async () => {
      await onPage({ phone, path: '/products?category=Office' }, async (page) => {
        await page.addInitScript(() => {
          window.shift = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });
        });
        await page.reload();
        const images = page.getByRole('list', { name: 'Products' }).locator('img');
        await page.waitForFunction(() => [...document.querySelectorAll('article img')].filter((img) => img.complete && img.naturalWidth > 0).length >= 2);
        const widths = await images.evaluateAll((all) => all.slice(0, 2).map((img) => ({ asked: Number(new URL(img.currentSrc).searchParams.get('w')), needed: img.clientWidth * devicePixelRatio })));
        for (const { asked, needed } of widths) assert.ok(asked >= needed && asked <= 640, `${asked} for ${needed}`);
        const shift = await page.evaluate(() => window.shift);
        assert.ok(shift < 0.02, `layout shift ${shift}`);
      });
    });
  }
});
