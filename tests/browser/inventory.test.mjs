// The inventory: what is listed and how, from the first row to the last, and many adjustments at once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { isAccessible, onPage, shop } from './dashboard.mjs';
import { until } from '../http/stack.mjs';

/** A product of a test's own. Its name ends with what no other has. */
async function addProduct(stack, { name = 'Inventoried', ...fields } = {}) {
  const { status, text, json } = await stack.request('POST', '/products', { user: 'staff', json: { name: `${name} ${randomUUID().slice(0, 8)}`, price: 2.5, ...fields } });
  assert.equal(status, 201, text);
  return json;
}

let many;

/** 250 products that are in no other test, more than a page of the list has: the word that all their names have. */
function manyProducts(stack) {
  many ??= (async () => {
    const name = `Many ${randomUUID().slice(0, 8)}`;
    const rows = Array.from({ length: 250 }, (_, i) => `${name} ${String(i).padStart(3, '0')},1`);
    const { text, json } = await stack.request('POST', '/imports/products', { user: 'admin', body: `name,price\n${rows.join('\n')}\n`, headers: { 'content-type': 'text/csv' } });
    assert.equal(json.created, 250, text);
    return name;
  })();
  return many;
}

const stockOf = async (stack, { productId }) => (await stack.request('GET', `/products/${productId}`, { user: 'viewer' })).json.stockQuantity;
const rowOf = (page, { name }) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
const search = (name) => `/inventory?search=${encodeURIComponent(name)}`;
const names = (page) => page.locator('tbody th a').allTextContents();
const queryOf = (page) => Object.fromEntries(new URL(page.url()).searchParams);

describe('The inventory', () => {
  test('has its first rows in the server\'s HTML, with what the API says of each', async () => {
    const stack = await shop();
    const name = `Listed ${randomUUID().slice(0, 8)}`;
    const low = await addProduct(stack, { name, stockQuantity: 2, minimumStock: 5, price: 19.99, category: 'Listed' });
    const out = await addProduct(stack, { name, stockQuantity: 0, minimumStock: 5, sku: randomUUID().slice(0, 12) });
    await onPage({ user: 'viewer', path: search(name) }, async (page) => {
      const html = await (await page.request.get(page.url())).text();
      assert.ok(html.includes(`/products/${low.productId}"`), 'a row is in the HTML');
      const row = rowOf(page, low);
      assert.match((await row.innerText()).replace(/\s+/g, ' '), /Listed 2 Low 5 \D*39\.98/);
      assert.match(await rowOf(page, out).innerText(), new RegExp(`${out.sku}[^]*Out`));
      assert.equal(await row.getByRole('link').getAttribute('href'), `/products/${low.productId}`);
      await page.getByText('2 products', { exact: true }).waitFor();
    });
  });

  test('is sorted by the API, by mouse and keyboard, and the address says how', async () => {
    const stack = await shop();
    const name = `Sorted ${randomUUID().slice(0, 8)}`;
    const stocks = [3, 1, 2];
    for (const stockQuantity of stocks) await addProduct(stack, { name: `${name} ${stockQuantity}`, stockQuantity });
    await onPage({ user: 'viewer', path: search(name) }, async (page) => {
      const quantities = async () => (await names(page)).map((each) => Number(each.slice(name.length + 1, name.length + 2)));
      const heading = page.getByRole('columnheader', { name: 'Stock' });
      assert.deepEqual(await quantities(), [1, 2, 3]);
      assert.equal(await heading.getAttribute('aria-sort'), null);
      await heading.getByRole('button').click();
      await until(async () => String(await quantities()) === '3,2,1', { what: 'the most first' });
      assert.equal(await heading.getAttribute('aria-sort'), 'descending');
      await heading.getByRole('button').press('Enter');
      await until(async () => String(await quantities()) === '1,2,3', { what: 'the least first' });
      assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
      assert.deepEqual(queryOf(page), { search: name, sort: 'stockQuantity' });
      await page.reload();
      assert.equal(await heading.getAttribute('aria-sort'), 'ascending');
      assert.deepEqual(await quantities(), [1, 2, 3]);
    });
  });

  test('is filtered by name, category and low stock; nothing found says so, and leads back', async () => {
    const stack = await shop();
    const category = `Kept ${randomUUID().slice(0, 8)}`;
    const low = await addProduct(stack, { name: 'Below', category, stockQuantity: 1, minimumStock: 4 });
    const fine = await addProduct(stack, { name: 'Above', category, stockQuantity: 9, minimumStock: 4 });
    await onPage({ user: 'viewer', path: '/inventory' }, async (page) => {
      await page.getByRole('combobox', { name: 'Category' }).selectOption(category);
      await page.getByText('2 products', { exact: true }).waitFor();
      await page.getByLabel('Low stock only').check();
      await until(async () => (await names(page)).join() === low.name, { what: 'what is low' });
      assert.deepEqual(queryOf(page), { category, lowStock: 'true' });
      await page.getByLabel('Low stock only').uncheck();
      await page.getByLabel('Search by name').fill(fine.name.toUpperCase());
      await until(async () => (await names(page)).join() === fine.name, { what: 'what is searched for' });
      await page.getByLabel('Search by name').fill('no product has this name');
      await page.getByRole('heading', { name: 'No product matches' }).waitFor();
      await isAccessible(page);
      await page.getByRole('button', { name: 'Clear filters' }).first().click();
      await page.getByRole('table').waitFor();
      assert.equal(await page.getByLabel('Search by name').inputValue(), '');
      assert.deepEqual(queryOf(page), {});
    });
  });

  test('shows the columns that are chosen, and the address keeps them', async () => {
    await onPage({ user: 'viewer', path: '/inventory' }, async (page) => {
      const headings = () => page.getByRole('columnheader').allInnerTexts();
      assert.deepEqual(await headings(), ['Product', 'SKU', 'Category', 'Stock', 'Minimum', 'Value', 'Updated']);
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'Units sold' }).check();
      await page.getByRole('checkbox', { name: 'SKU' }).uncheck();
      await isAccessible(page);
      await page.keyboard.press('Escape');
      assert.deepEqual(await headings(), ['Product', 'Category', 'Stock', 'Minimum', 'Value', 'Units sold', 'Updated']);
      await page.reload();
      assert.deepEqual(await headings(), ['Product', 'Category', 'Stock', 'Minimum', 'Value', 'Units sold', 'Updated']);
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('button', { name: 'Usual columns' }).click();
      assert.deepEqual(queryOf(page), {});
    });
  });

  test('has no more rows in the page than are in sight, counts all of them, and loads page by page as one scrolls by keyboard', async () => {
    const stack = await shop();
    const name = await manyProducts(stack);
    await onPage({ user: 'viewer', path: search(name) }, async (page) => {
      const table = page.getByRole('table');
      await page.getByText('200 products loaded, more below').waitFor();
      assert.equal(await table.getAttribute('aria-rowcount'), '-1', 'nobody knows yet how many there are');
      const last = page.getByRole('link', { name: `${name} 249` });
      await page.getByRole('region', { name: 'Products in stock' }).focus();
      await until(async () => {
        await page.keyboard.press('End');
        assert.ok(await page.locator('tbody tr').count() < 60, 'only what is in sight is in the page');
        return last.isVisible();
      }, { what: 'the last row', deadline: 20_000 });
      await page.getByText('250 products', { exact: true }).waitFor();
      assert.equal(await table.getAttribute('aria-rowcount'), '251');
      assert.equal(await page.getByRole('row').filter({ has: last }).getAttribute('aria-rowindex'), '251');
      await page.keyboard.press('Home');
      const first = page.getByRole('link', { name: `${name} 000` });
      await first.waitFor();
      // Who is in a row does not lose it by scrolling.
      await first.focus();
      await page.mouse.move(640, 500);
      await page.mouse.wheel(0, 8000);
      await page.getByRole('link', { name: `${name} 150` }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.textContent), `${name} 000`);
    });
  });

  test('says when the next page cannot be loaded, keeps what is there, and goes on when asked', async () => {
    const stack = await shop();
    const name = await manyProducts(stack);
    await onPage({ user: 'viewer', path: search(name) }, async (page, { complaints }) => {
      await page.route('**/api/products?**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ title: 'Away', detail: 'Not now.', status: 503 }) }));
      await page.getByRole('region', { name: 'Products in stock' }).focus();
      await page.keyboard.press('End');
      await page.getByText('could not be loaded').waitFor();
      await page.unroute('**/api/products?**');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('250 products', { exact: true }).waitFor();
      complaints.length = 0;
    });
  });

  test('says why it cannot be loaded, and loads it when asked again', async () => {
    const stack = await shop();
    const product = await addProduct(stack);
    await onPage({ user: 'viewer', path: '/inventory' }, async (page, { complaints }) => {
      const asked = '**/api/products?**';
      await page.route(asked, (route) => route.fulfill({
        status: 503, contentType: 'application/problem+json',
        body: JSON.stringify({ type: '/problems/service-unavailable', title: 'Away', detail: 'The database is away.', status: 503, requestId: 'f00d' }),
      }));
      await page.getByLabel('Search by name').fill(product.name);
      await page.getByText('The database is away.').waitFor();
      await page.getByText('f00d').waitFor();
      await isAccessible(page);
      await page.unroute(asked);
      await page.getByRole('button', { name: 'Try again' }).click();
      await rowOf(page, product).waitFor();
      complaints.length = 0;
    });
  });

  test('shows viewers nothing that they may not do, and staff no import', async () => {
    await onPage({ user: 'viewer', path: '/inventory' }, async (page) => {
      await page.getByRole('button', { name: 'Export CSV' }).waitFor();
      assert.equal(await page.getByRole('table').getByRole('checkbox').count(), 0);
      assert.equal(await page.getByRole('button', { name: 'Import CSV' }).count(), 0);
    });
    await onPage({ user: 'staff', path: '/inventory' }, async (page) => {
      await page.getByRole('checkbox', { name: 'Select all loaded products' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Import CSV' }).count(), 0);
    });
    // Whose role was taken away while the page was open.
    await onPage({ user: 'viewer', path: '/inventory' }, async (page, { complaints }) => {
      await page.route('**/api/products?**', (route) => route.fulfill({
        status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/forbidden', title: 'This is not allowed', detail: 'It needs another role.', status: 403 }),
      }));
      await page.getByLabel('Low stock only').check();
      await page.getByRole('heading', { name: 'This page is not for your role' }).waitFor();
      complaints.length = 0;
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`is accessible and no wider than a phone or a laptop, in the ${scheme}`, async () => {
      for (const phone of [true, false]) {
        await onPage({ user: 'admin', phone, scheme, path: '/inventory' }, async (page) => {
          const headings = await page.getByRole('columnheader').allInnerTexts();
          if (phone) assert.deepEqual(headings, ['Product', 'Stock']);
          await isAccessible(page);
          for (const width of phone ? [390, 320] : [1280]) {
            await page.setViewportSize({ width, height: 844 });
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
            const region = page.getByRole('region', { name: 'Products in stock' });
            assert.equal(await region.evaluate((element) => element.scrollWidth - element.clientWidth), 0, 'the table does not scroll sideways');
          }
        });
      }
    });
  }
});

describe('Many adjustments at once', () => {
  const openDialog = async (page, products, { change, reason = 'Damaged' }) => {
    for (const { name } of products) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByText(`${products.length} products selected`).waitFor();
    await page.getByRole('button', { name: 'Adjust stock' }).click();
    const dialog = page.getByRole('dialog', { name: 'Adjust stock' });
    await dialog.getByLabel('Reason').selectOption({ label: reason });
    await dialog.getByLabel('Change of each').fill(change);
    return dialog;
  };
  const make = (stack, name, stocks) => Promise.all(stocks.map((stockQuantity) => addProduct(stack, { name, stockQuantity })));
  const movementsOf = async (stack, { productId }) => (await stack.request('GET', `/products/${productId}/movements`, { user: 'viewer' })).json.filter(({ type }) => type === 'adjustment');

  test('book a movement of each product, under its own number where one is set, and once for a double click', async () => {
    const stack = await shop();
    const name = `Adjusted ${randomUUID().slice(0, 8)}`;
    const [a, b] = await make(stack, name, [10, 20]);
    for (const scheme of ['light', 'dark']) {
      await onPage({ scheme, path: search(name) }, async (page) => {
        const dialog = await openDialog(page, [a, b], { change: '-1' });
        await dialog.getByLabel(`Change of ${b.name}`).fill('-3');
        await dialog.getByText('20 → 17').or(dialog.getByText('17 → 14')).waitFor();
        await isAccessible(page);
        await dialog.getByRole('button', { name: 'Book 2 movements' }).dblclick();
        await dialog.getByText('2 booked, 0 not booked').waitFor();
        await isAccessible(page);
        await dialog.getByRole('button', { name: 'Close' }).last().click();
        await dialog.waitFor({ state: 'hidden' });
        assert.equal(await page.getByRole('table').getByRole('checkbox', { checked: true }).count(), 0, 'what is booked is no longer selected');
      });
    }
    assert.deepEqual([await stockOf(stack, a), await stockOf(stack, b)], [8, 14]);
    const [movement] = await movementsOf(stack, b);
    assert.deepEqual([movement.reason, movement.quantity], ['damage', -3]);
  });

  test('tell what was refused with the stock as it is, and send only that again', async () => {
    const stack = await shop();
    const name = `Refused ${randomUUID().slice(0, 8)}`;
    const [many, few] = await make(stack, name, [10, 4]);
    await onPage({ path: search(name) }, async (page, { complaints }) => {
      const dialog = await openDialog(page, [many, few], { change: '-3', reason: 'Lost' });
      // In the meantime somebody else is faster.
      const sold = await stack.request('POST', `/products/${few.productId}/movements`, { user: 'staff', json: { quantity: -2, reason: 'loss' }, headers: { 'idempotency-key': randomUUID() } });
      assert.equal(sold.status, 201, sold.text);
      await dialog.getByRole('button', { name: 'Book 2 movements' }).click();
      await dialog.getByText('1 booked, 1 not booked').waitFor();
      await dialog.getByText('Booked, 7 in stock').waitFor();
      await dialog.getByText('Refused: 2 in stock').waitFor();
      await isAccessible(page);
      await dialog.getByLabel(`Change of ${few.name}`).fill('-2');
      await dialog.getByRole('button', { name: 'Try 1 again' }).click();
      await dialog.getByText('2 booked, 0 not booked').waitFor();
      complaints.length = 0; // the browser tells of a 409
    });
    assert.deepEqual([await stockOf(stack, many), await stockOf(stack, few)], [7, 0]);
  });

  test('book once when an answer is lost: it is sent again as it was, even after the dialog was closed', async () => {
    const stack = await shop();
    const name = `Lost ${randomUUID().slice(0, 8)}`;
    const [a, b] = await make(stack, name, [10, 10]);
    await onPage({ path: search(name) }, async (page, { complaints }) => {
      const address = `**/api/products/${a.productId}/movements`;
      const keys = [];
      await page.route(address, async (route) => {
        keys.push(route.request().headers()['idempotency-key']);
        await route.fetch();
        await route.abort();
      });
      let dialog = await openDialog(page, [a, b], { change: '-4' });
      await dialog.getByRole('button', { name: 'Book 2 movements' }).click();
      await dialog.getByText('No answer.').waitFor();
      assert.equal(await dialog.getByLabel(`Change of ${a.name}`).isDisabled(), true);
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await page.unroute(address);
      await page.route(address, (route) => { keys.push(route.request().headers()['idempotency-key']); return route.continue(); });
      await page.getByRole('button', { name: 'Adjust stock' }).click();
      dialog = page.getByRole('dialog', { name: 'Adjust stock' });
      await dialog.getByText('No answer.').waitFor();
      await dialog.getByLabel('Reason').selectOption({ label: 'Damaged' });
      await dialog.getByLabel('Change of each').fill('-4');
      await dialog.getByRole('button', { name: 'Try 2 again' }).click();
      await dialog.getByText('2 booked, 0 not booked').waitFor();
      assert.equal(new Set(keys).size, 1, 'under the same key');
      assert.equal(keys.length, 2);
      complaints.length = 0;
    });
    assert.deepEqual([await stockOf(stack, a), await stockOf(stack, b)], [6, 6]);
    assert.equal((await movementsOf(stack, a)).length, 1);
  });

  test('are not sent without a reason or a change', async () => {
    const stack = await shop();
    const name = `Unsaid ${randomUUID().slice(0, 8)}`;
    const products = await make(stack, name, [1, 2]);
    await onPage({ phone: true, path: search(name) }, async (page) => {
      await page.getByRole('checkbox', { name: 'Select all loaded products' }).check();
      await page.getByRole('button', { name: 'Adjust stock' }).click();
      const dialog = page.getByRole('dialog', { name: 'Adjust stock' });
      await dialog.getByLabel('Change of each').fill('1');
      await dialog.getByRole('button', { name: 'Book 2 movements' }).click();
      await dialog.getByText('Choose why the stock changes.').waitFor();
      await dialog.getByLabel('Reason').selectOption({ label: 'Found' });
      for (const product of products) await dialog.getByLabel(`Change of ${product.name}`).fill('');
      await dialog.getByRole('button', { name: 'Book 0 movements' }).click();
      await dialog.getByText('Enter a change of at least one product.').waitFor();
      await dialog.getByLabel(`Change of ${products[0].name}`).fill('1.5');
      await dialog.getByRole('button', { name: 'Book 1 movement' }).click();
      await dialog.getByText('Changes are whole numbers of pieces.').waitFor();
      await isAccessible(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    });
    assert.deepEqual([await stockOf(stack, products[0]), await stockOf(stack, products[1])], [1, 2]);
  });
});
