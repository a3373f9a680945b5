// The list of products, and adding and editing one.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { isAccessible, onPage, shop } from './dashboard.mjs';

const word = () => randomUUID().slice(0, 8);

/** A product of one's own, as the API gives it. */
async function makeProduct(stack, fields = {}) {
  const answer = await stack.request('POST', '/products', { user: 'staff', json: { name: `Lantern ${word()}`, price: 12.5, stockQuantity: 20, ...fields } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const getProduct = async (stack, productId) => (await stack.request('GET', `/products/${productId}`, { user: 'staff' })).json;
const named = async (stack, name) => (await stack.request('GET', `/products?search=${encodeURIComponent(name)}`, { user: 'staff' })).json;
const cards = (page) => page.getByRole('list', { name: 'Products' }).getByRole('article');
const drawer = (page) => page.getByRole('dialog', { name: /New product|^Edit/ });

/** The server does it, and the answer does not arrive; `times` in a row. */
async function loseAnswers(page, method, address, times = 1) {
  let left = times;
  await page.route(address, async (route) => {
    if (route.request().method() !== method || left-- <= 0) return route.fallback();
    await route.fetch();
    await route.abort('connectionreset');
  });
}

describe('The list of products', () => {
  test('shows a card with image, price, stock and status for each, first in the HTML', async () => {
    const stack = await shop();
    const category = `Cards ${word()}`;
    const [out] = await Promise.all([
      makeProduct(stack, { name: `Out ${category}`, category, stockQuantity: 0 }),
      makeProduct(stack, { name: `Low ${category}`, category, stockQuantity: 3, minimumStock: 5, rating: 4.5 }),
      makeProduct(stack, { name: `Much ${category}`, category, stockQuantity: 1200, minimumStock: 5 }),
    ]);
    await onPage({ path: `/products?category=${encodeURIComponent(category)}` }, async (page) => {
      assert.deepEqual(await cards(page).getByRole('heading').allTextContents(), [`Low ${category}`, `Much ${category}`, `Out ${category}`]);
      const texts = await cards(page).allTextContents();
      assert.match(texts[0], /\$12\.50.*4\.5.*Low stock.*3 pieces/);
      assert.match(texts[1], /In stock.*1,200 pieces/);
      assert.match(texts[2], /Out of stock.*0 pieces/);
      const html = await (await page.request.get(page.url())).text();
      assert.ok(html.includes(`Much ${category}`), 'the cards are in the HTML');
      await page.getByRole('link', { name: out.name }).click();
      await page.getByRole('heading', { level: 1, name: out.name }).waitFor();
    });
  });

  test('searches, filters and sorts by its address', async () => {
    const stack = await shop();
    const mark = word();
    await Promise.all([
      makeProduct(stack, { name: `Pot ${mark} A`, category: `Pots ${mark}`, price: 3, minimumStock: 1 }),
      makeProduct(stack, { name: `Pot ${mark} B`, category: `Pots ${mark}`, price: 9, stockQuantity: 2, minimumStock: 5 }),
      makeProduct(stack, { name: `Pan ${mark}`, category: `Pans ${mark}`, price: 5, minimumStock: 1 }),
    ]);
    const shown = (page, names) => page.waitForFunction((wanted) => [...document.querySelectorAll('article h2')].map((each) => each.textContent).join() === wanted.join(), names);
    await onPage({ path: '/products' }, async (page) => {
      await page.getByLabel('Search by name').fill(mark);
      await shown(page, [`Pan ${mark}`, `Pot ${mark} A`, `Pot ${mark} B`]);
      await page.getByLabel('Sort by').selectOption('Price, highest first');
      await shown(page, [`Pot ${mark} B`, `Pan ${mark}`, `Pot ${mark} A`]);
      await page.getByLabel('Category').selectOption(`Pots ${mark}`);
      await shown(page, [`Pot ${mark} B`, `Pot ${mark} A`]);
      await page.getByText('Low stock only').click();
      await shown(page, [`Pot ${mark} B`]);
      const params = new URL(page.url()).searchParams;
      assert.deepEqual(Object.fromEntries(params), { search: mark, sort: '-price', category: `Pots ${mark}`, lowStock: 'true' });
      await page.reload();
      await shown(page, [`Pot ${mark} B`]);
      assert.equal(await page.getByLabel('Search by name').inputValue(), mark);
    });
  });

  test('brings further pages as one scrolls', async () => {
    await onPage({ path: '/products?sort=-price' }, async (page) => {
      await page.getByText('The first 24 products are shown').waitFor();
      await page.mouse.move(700, 600);
      await page.getByRole('button', { name: 'Load more' }).scrollIntoViewIfNeeded();
      await page.waitForFunction(() => document.querySelectorAll('article').length > 24);
    });
  });

  test('says when nothing fits, and takes the filters away', async () => {
    await onPage({ path: `/products?search=${word()}${word()}` }, async (page) => {
      await page.getByRole('heading', { name: 'No product fits' }).waitFor();
      await isAccessible(page);
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await cards(page).first().waitFor();
    });
  });

  test('says why it cannot be loaded, and tries again', async () => {
    await onPage({ path: '/products' }, async (page, { complaints }) => {
      await page.route('**/api/products?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: '/problems/service-unavailable', title: 'Not now', status: 503, detail: 'The service rests.', requestId: 'r1', message: '' } }));
      await page.getByLabel('Search by name').fill('clock');
      const failed = page.getByRole('alert').filter({ hasText: 'The service rests.' });
      await failed.getByText('Request r1').waitFor();
      await isAccessible(page);
      await page.unrouteAll();
      await failed.getByRole('button', { name: 'Try again' }).click();
      await cards(page).filter({ hasText: 'Alarm Clock, Lagoon' }).waitFor();
      complaints.length = 0;
    });
  });

  test('says so when there is no answer, or none that can be read', async () => {
    await onPage({ path: '/products' }, async (page, { complaints }) => {
      const search = page.getByLabel('Search by name');
      await page.route('**/api/products?*', (route) => route.abort('connectionreset'));
      await search.fill('clock');
      await page.getByRole('alert').filter({ hasText: 'The server did not answer.' }).waitFor();
      await page.unrouteAll();
      const unreadable = { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' };
      await page.route('**/api/products?*', (route) => route.fulfill(unreadable));
      await search.fill('clocks');
      await page.getByRole('alert').filter({ hasText: 'The answer could not be read.' }).waitFor();
      complaints.length = 0; // the browser's words about both
    });
  });

  test('offers nothing to a viewer that a viewer may not do', async () => {
    await onPage({ user: 'viewer', path: '/products' }, async (page) => {
      await cards(page).first().waitFor();
      assert.equal(await page.getByRole('button', { name: 'New product' }).count(), 0);
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`is accessible in the ${scheme}, with the drawer open, also on a phone`, async () => {
      for (const phone of [false, true]) {
        await onPage({ scheme, phone, path: '/products' }, async (page) => {
          await cards(page).first().waitFor();
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), await page.evaluate(() => window.innerWidth));
          await isAccessible(page);
          await page.getByRole('button', { name: 'New product' }).click();
          await drawer(page).getByRole('button', { name: 'Create product' }).click();
          await page.getByText('A product needs a name').waitFor();
          await isAccessible(page);
        });
      }
    });
  }
});

describe('A new product', () => {
  async function fill(page, { name, price = '34.9', sku, stock = '7' }) {
    await page.getByRole('button', { name: 'New product' }).click();
    await drawer(page).getByLabel('Name').fill(name);
    if (sku) await drawer(page).getByLabel('SKU').fill(sku);
    await drawer(page).getByLabel(/^Price/).fill(price);
    await drawer(page).getByLabel('Opening stock').fill(stock);
  }

  test('is created by the keyboard, and is led to', async () => {
    const name = `Walnut tray ${word()}`;
    await onPage({ path: '/products' }, async (page, { stack }) => {
      await page.getByRole('button', { name: 'New product' }).focus();
      await page.keyboard.press('Enter');
      await drawer(page).getByLabel('Name').waitFor();
      await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'name');
      await page.keyboard.type(name);
      for (const text of ['', 'Kitchen', '34.90', '4.5', '120', '12', 'Oiled walnut.']) {
        await page.keyboard.press('Tab');
        await page.keyboard.type(text);
      }
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name }).waitFor();
      const [product] = await named(stack, name);
      const { productId: _, updatedAt: __, ...fields } = product;
      assert.deepEqual(fields, {
        name, price: 34.9, rating: 4.5, stockQuantity: 120, imageUrl: null, description: 'Oiled walnut.', sku: null, category: 'Kitchen', minimumStock: 12, version: 1, unitsSold: 0,
      });
    });
  });

  test('is created once by a double click', async () => {
    const name = `Twice ${word()}`;
    await onPage({ path: '/products' }, async (page, { stack }) => {
      await fill(page, { name });
      await page.getByRole('button', { name: 'Create product' }).dblclick();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      assert.equal((await named(stack, name)).length, 1);
    });
  });

  test('is created once when an answer is lost, with what was changed since', async () => {
    const name = `Lost ${word()}`;
    await onPage({ path: '/products' }, async (page, { stack, complaints }) => {
      await loseAnswers(page, 'POST', '**/api/products');
      await fill(page, { name, sku: `L-${word()}` });
      await page.getByRole('button', { name: 'Create product' }).click();
      await page.getByText('it is created once, however often you send it').waitFor();
      assert.equal(await drawer(page).getByLabel('Name').inputValue(), name, 'what was entered is still there');
      await drawer(page).getByLabel(/^Price/).fill('35.5');
      await page.getByRole('button', { name: 'Create product' }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      const found = await named(stack, name);
      assert.deepEqual(found.map(({ price, stockQuantity }) => [price, stockQuantity]), [[35.5, 7]]);
      complaints.length = 0;
    });
  });

  test('shows a taken SKU at its field', async () => {
    const stack = await shop();
    const { sku } = await makeProduct(stack, { sku: `S-${word()}` });
    await onPage({ path: '/products' }, async (page, { complaints }) => {
      await fill(page, { name: `Other ${word()}`, sku: sku.toLowerCase() });
      await page.getByRole('button', { name: 'Create product' }).click();
      await page.getByText('Another product has this sku').first().waitFor();
      assert.equal(await drawer(page).getByLabel('SKU').getAttribute('aria-invalid'), 'true');
      complaints.length = 0;
    });
  });

  test('is not left with something entered without being asked', async () => {
    await onPage({ path: '/products' }, async (page) => {
      await fill(page, { name: 'Nearly' });
      await page.keyboard.press('Escape');
      const question = page.getByRole('dialog', { name: 'Leave without saving?' });
      await question.waitFor();
      await isAccessible(page);
      await question.getByRole('button', { name: 'Keep editing' }).click();
      assert.equal(await drawer(page).getByLabel('Name').inputValue(), 'Nearly');
      await drawer(page).getByRole('button', { name: 'Cancel' }).click();
      await question.getByRole('button', { name: 'Discard' }).click();
      await drawer(page).waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement?.textContent === 'New product');
      await page.getByRole('button', { name: 'New product' }).click();
      assert.equal(await drawer(page).getByLabel('Name').inputValue(), '');
      await page.keyboard.press('Escape');
      await drawer(page).waitFor({ state: 'detached' });
    });
  });
});

describe('An edit', () => {
  async function openEdit(page, product) {
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog', { name: `Edit ${product.name}` }).getByLabel('Name').waitFor();
  }
  const save = (page) => drawer(page).getByRole('button', { name: 'Save' }).click();
  const edited = (stack, product, json) => stack.request('PATCH', `/products/${product.productId}`, { user: 'admin', json });

  test('sends what was changed, and nothing else', async () => {
    const stack = await shop();
    const product = await makeProduct(stack, { description: 'As it was', category: 'Garden' });
    await onPage({ path: `/products/${product.productId}` }, async (page) => {
      await openEdit(page, product);
      await drawer(page).getByLabel(/^Price/).fill('13');
      await drawer(page).getByLabel('Category').fill('');
      const sent = page.waitForRequest((request) => request.method() === 'PATCH');
      await save(page);
      assert.deepEqual((await sent).postDataJSON(), { price: 13, category: null });
      assert.match((await sent).headers()['if-match'], /^"1\./);
      await drawer(page).waitFor({ state: 'detached' });
      await page.getByText('$13.00').waitFor();
      assert.deepEqual([(await getProduct(stack, product.productId)).version], [2]);
    });
  });

  test('shows both versions when somebody else was faster, and saves mine over theirs', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page, { complaints }) => {
      await openEdit(page, product);
      await edited(stack, product, { price: 99, category: 'Theirs' });
      await drawer(page).getByLabel(/^Price/).fill('14');
      await save(page);
      const conflict = page.getByRole('dialog', { name: 'Somebody else changed this in the meantime' });
      await conflict.getByRole('button', { name: 'Save mine over it' }).waitFor();
      assert.deepEqual(await conflict.getByRole('row').allInnerTexts(), ['Field\tYours\tSaved by somebody else', 'Category\tNot changed: theirs stays\tTheirs', 'Price\t$14.00\t$99.00']);
      await isAccessible(page);
      await conflict.getByRole('button', { name: 'Save mine over it' }).click();
      await drawer(page).waitFor({ state: 'detached' });
      const { price, category, version } = await getProduct(stack, product.productId);
      assert.deepEqual({ price, category, version }, { price: 14, category: 'Theirs', version: 3 });
      complaints.length = 0;
    });
  });

  test('takes theirs into the form', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page, { complaints }) => {
      await openEdit(page, product);
      const conflict = page.getByRole('dialog', { name: 'Somebody else' });
      await edited(stack, product, { description: 'Written by somebody else' });
      await drawer(page).getByLabel('Description').fill('Mine');
      await save(page);
      await conflict.waitFor();
      await page.keyboard.press('Escape');
      await conflict.waitFor({ state: 'detached' });
      assert.equal(await drawer(page).getByLabel('Description').inputValue(), 'Mine', 'closing the dialog loses nothing');
      await save(page);
      await page.getByRole('button', { name: 'Discard mine' }).click();
      await page.waitForFunction(() => document.querySelector('textarea')?.value === 'Written by somebody else');
      await page.keyboard.press('Escape');
      await drawer(page).waitFor({ state: 'detached' });
      assert.equal((await getProduct(stack, product.productId)).version, 2);
      complaints.length = 0;
    });
  });

  test('whose answer was lost is saved once, and known as one’s own', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products/${product.productId}` }, async (page, { complaints }) => {
      await openEdit(page, product);
      await loseAnswers(page, 'PATCH', '**/api/products/*');
      await drawer(page).getByLabel('Name').fill(`${product.name} XL`);
      await save(page);
      await drawer(page).getByText('Your changes may be saved or not').waitFor();
      await save(page);
      await drawer(page).waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 1, name: `${product.name} XL` }).waitFor();
      assert.equal((await getProduct(stack, product.productId)).version, 2);
      complaints.length = 0;
    });
  });

  test('keeps somebody who goes back by mistake', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: `/products?search=${encodeURIComponent(product.name)}` }, async (page) => {
      await page.getByRole('link', { name: product.name }).click();
      await openEdit(page, product);
      await drawer(page).getByLabel('Name').fill('Nearly');
      await page.evaluate(() => window.history.back());
      const question = page.getByRole('dialog', { name: 'Leave without saving?' });
      await question.waitFor();
      assert.match(page.url(), new RegExp(`/${product.productId}$`));
      await question.getByRole('button', { name: 'Discard' }).click();
      await page.evaluate(() => window.history.back());
      await page.waitForURL('**/products?search=*');
    });
  });
});
