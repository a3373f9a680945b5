// A page of the shop puts an image straight into S3: with what the API signed for it, from an origin of its own, and
// shows it through the CDN.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startPrivateStack, until } from '../http/stack.mjs';
import { openBrowser } from './chromium.mjs';
import { PageServer } from './page-server.mjs';

const page = `<!doctype html><meta charset="utf-8"><title>Image upload</title><link rel="icon" href="data:,">
<input type="file" id="file"><img id="shown" alt=""><output id="outcome"></output>
<script>
const outcome = document.getElementById('outcome');
async function api(method, path, json) {
  const answer = await fetch(shop.url + path, {
    method, headers: { Authorization: 'Bearer ' + shop.token, ...(json && { 'Content-Type': 'application/json' }) },
    body: json && JSON.stringify(json),
  });
  if (!answer.ok) throw new Error(path + ': ' + answer.status + ' ' + await answer.text());
  return answer.json();
}
document.getElementById('file').addEventListener('change', async ({ target: { files: [file] } }) => {
  try {
    const at = '/products/' + shop.productId + '/image-upload';
    const { uploadId, url, fields } = await api('POST', at, { contentType: file.type, contentLength: file.size });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file);
    const stored = await fetch(url, { method: 'POST', body: form });
    if (!stored.ok) throw new Error('S3: ' + stored.status + ' ' + await stored.text());
    const product = await api('POST', at + '/' + uploadId + '/confirm');
    const image = document.getElementById('shown');
    image.src = product.imageUrl;
    await image.decode();
    outcome.textContent = 'shown ' + image.naturalWidth + 'x' + image.naturalHeight;
  } catch (error) {
    outcome.textContent = 'failed: ' + error.message;
  }
});
</script>`;

// A PNG of 3 by 2 pixels, and one of 2 by 2.
const IMAGES = ['iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEklEQVR4nGP4z8AARBAKCLAIAH6YBfsCsP4AAAAAAElFTkSuQmCC',
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAxgCgAfIQP9r2K6HwAAAABJRU5ErkJggg=='].map((text) => Buffer.from(text, 'base64'));

describe('An image uploaded by a page', () => {
  let browser;
  let server;
  let stack;
  let product;

  before(async () => {
    server = await new PageServer().open();
    stack = await startPrivateStack({ environment: { STOCKPILOT_ORIGINS: server.origin } });
    product = (await stack.request('POST', '/products', { user: 'staff', json: { name: 'Lamp', price: 1, stockQuantity: 1 } })).json;
    const shop = { url: stack.url, token: await stack.token('staff'), productId: product.productId };
    server.html = page.replace('<script>', `<script>const shop = ${JSON.stringify(shop)};`);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await stack?.stop();
    await server?.close();
  });

  async function upload(bytes) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    try {
      const tab = await context.newPage();
      const complaints = [];
      tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      const fills = [];
      tab.on('response', (response) => response.headers()['x-cache'] && fills.push(response.headers()['x-cache']));
      await tab.goto(server.origin);
      await tab.setInputFiles('#file', { name: 'lamp.png', mimeType: 'image/png', buffer: bytes });
      await tab.waitForFunction(() => document.getElementById('outcome').textContent !== '');
      return { outcome: await tab.textContent('#outcome'), complaints, fills };
    } finally {
      await context.close();
    }
  }
  /** What the CDN says to somebody else who looks at the image. */
  async function look(url) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    try {
      return (await (await context.newPage()).goto(url)).headers()['x-cache'];
    } finally {
      await context.close();
    }
  }
  const imageUrl = async () => (await stack.request('GET', `/products/${product.productId}`, { user: 'viewer' })).json.imageUrl;

  test('AC-78 shows through the CDN, and the one before it goes', async () => {
    const first = await upload(IMAGES[0]);
    assert.deepEqual(first, { outcome: 'shown 3x2', complaints: [], fills: ['Miss from cloudfront'] });
    const firstUrl = await imageUrl();
    assert.ok(firstUrl.startsWith(`${stack.cdnUrl}/products/`), firstUrl);
    assert.equal(await look(firstUrl), 'Hit from cloudfront');

    assert.deepEqual(await upload(IMAGES[1]), { outcome: 'shown 2x2', complaints: [], fills: ['Miss from cloudfront'] });
    assert.notEqual(await imageUrl(), firstUrl);
    const key = new URL(firstUrl).pathname.slice(1);
    await until(async () => !(await (await fetch(`${stack.s3Url}/_test/objects`)).json()).some((object) => object.key === key), { what: 'the end of the first image', deadline: 30_000 });
  });
});
