// Products as a file: the list saved as CSV, and products imported from one, checked before anything is written.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isAccessible, onPage, shop } from './dashboard.mjs';
import { parse } from '../http/csv.mjs';

const own = (what) => `${what} ${randomUUID().slice(0, 8)}`;

async function addProduct(stack, fields) {
  const { status, text, json } = await stack.request('POST', '/products', { user: 'staff', json: { price: 2.5, ...fields } });
  assert.equal(status, 201, text);
  return json;
}

const found = async (stack, name) => (await stack.request('GET', `/products?search=${encodeURIComponent(name)}`, { user: 'viewer' })).json;

/** Clicks on Export CSV; gives the name of the file and what is in it. */
async function save(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()]);
  return { name: download.suggestedFilename(), text: await fs.readFile(await download.path(), 'utf8') };
}

async function openImport(page) {
  await page.getByRole('button', { name: 'Import CSV' }).click();
  return page.getByRole('dialog', { name: 'Import products' });
}

const choose = (dialog, text, name = 'products.csv') =>
  dialog.getByLabel(/^Choose/).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.isBuffer(text) ? text : Buffer.from(text) });

const counts = async (dialog) => Object.fromEntries(await dialog.locator('dl > div').evaluateAll((all) => all.map((each) => [each.querySelector('dt').textContent, each.querySelector('dd').textContent])));

describe('The export', () => {
  test('saves what the filter shows, in its order, under the name that the API gives', async () => {
    const stack = await shop();
    const name = own('Exported');
    const stocks = [5, 1, 9];
    for (const stockQuantity of stocks) await addProduct(stack, { name: `${name} ${stockQuantity}`, stockQuantity, description: '=1+1' });
    await onPage({ user: 'viewer', path: `/inventory?sort=-stockQuantity&search=${encodeURIComponent(name)}` }, async (page) => {
      const file = await save(page);
      assert.equal(file.name, 'products.csv');
      const [columns, ...rows] = parse(file.text);
      assert.deepEqual(rows.map((row) => row[columns.indexOf('name')]), [`${name} 9`, `${name} 5`, `${name} 1`]);
      await page.getByText('products.csv was saved').waitFor();
    });
  });

  test('has every product, however many are loaded', async () => {
    const stack = await shop();
    const name = own('Many');
    const rows = Array.from({ length: 250 }, (_, i) => `${name} ${i},1`);
    const imported = await stack.request('POST', '/imports/products', { user: 'admin', body: `name,price\n${rows.join('\n')}\n`, headers: { 'content-type': 'text/csv' } });
    assert.equal(imported.json.created, 250, imported.text);
    await onPage({ user: 'viewer', path: `/inventory?search=${encodeURIComponent(name)}` }, async (page) => {
      assert.equal(parse((await save(page)).text).length, 251);
    });
  });

  test('says why when it does not come', async () => {
    await onPage({ user: 'viewer', path: '/inventory' }, async (page, { complaints }) => {
      await page.route('**/api/products?**', (route) => route.fulfill({
        status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/service-unavailable', title: 'Away', detail: 'The database is away.', status: 503, requestId: 'f00d' }),
      }));
      await page.getByRole('button', { name: 'Export CSV' }).click();
      await page.getByRole('alert').getByText('The database is away.').waitFor();
      await isAccessible(page);
      complaints.length = 0;
    });
  });
});

describe('The import', () => {
  test('tells every fault by row, column and reason before anything is written, and imports the good rows when asked to', async () => {
    const stack = await shop();
    const name = own('Partial');
    const taken = await addProduct(stack, { name: own('Changed'), sku: randomUUID().slice(0, 12) });
    const file = `sku,name,price,rating\n,${name} 1,1,\n,${name} 2,much,9\n${taken.sku},,7.25,\n,,3,\n,${name} 4\n`;
    for (const scheme of ['light', 'dark']) {
      await onPage({ user: 'admin', scheme, path: '/inventory' }, async (page) => {
        const dialog = await openImport(page);
        await isAccessible(page);
        await choose(dialog, file);
        await dialog.getByText('Nothing is imported yet.').waitFor();
        const faults = await dialog.getByRole('row').allInnerTexts();
        assert.deepEqual(faults.map((each) => each.split(/\s*\t\s*/).slice(0, 2)), [['Row', 'Column'], ['3', 'price'], ['3', 'rating'], ['5', 'name'], ['6', 'whole row']]);
        assert.match(faults[1], /number/);
        assert.equal(await dialog.getByRole('button', { name: 'Import' }).isDisabled(), true);
        await isAccessible(page);
        if (scheme === 'dark') return;
        assert.deepEqual(await counts(dialog), { 'Rows': '5', 'Would be new': '1', 'Would change': '1', 'Unchanged': '0', 'Faults': '4' });
        assert.deepEqual(await found(stack, name), []);
        await dialog.getByLabel('Import the good rows').check();
        await dialog.getByRole('button', { name: 'Import' }).dblclick();
        await dialog.getByText('products.csv was imported.').waitFor();
        assert.deepEqual(await counts(dialog), { Rows: '5', New: '1', Changed: '1', Unchanged: '0', Faults: '4' });
        await isAccessible(page);
        await dialog.getByRole('button', { name: 'Close' }).last().click();
        await page.getByLabel('Search by name').fill(name);
        await page.getByRole('link', { name: `${name} 1` }).waitFor();
      });
    }
    assert.deepEqual((await found(stack, name)).map((product) => product.name), [`${name} 1`]);
    assert.equal((await found(stack, taken.name))[0].price, 7.25);
  });

  test('takes back what was exported, with a price changed', async () => {
    const stack = await shop();
    const name = own('Round trip');
    const [first, second] = [await addProduct(stack, { name: `${name} 1`, stockQuantity: 3 }), await addProduct(stack, { name: `${name} 2`, stockQuantity: 4 })];
    await onPage({ user: 'admin', path: `/inventory?search=${encodeURIComponent(name)}` }, async (page) => {
      const { text, name: fileName } = await save(page);
      const changed = text.split('\r\n').map((line) => (line.includes(second.productId) ? line.replace('2.50', '4.75').replace(',2.5,', ',4.75,') : line)).join('\r\n');
      assert.notEqual(changed, text);
      const dialog = await openImport(page);
      await choose(dialog, changed, fileName);
      await dialog.getByText('Nothing is imported yet.').waitFor();
      assert.deepEqual(await counts(dialog), { 'Rows': '2', 'Would be new': '0', 'Would change': '1', 'Unchanged': '1', 'Faults': '0' });
      await dialog.getByText('Not imported, because they follow from what is booked: stockQuantity, unitsSold, version, updatedAt.').waitFor();
      await dialog.getByRole('button', { name: 'Import' }).click();
      await dialog.getByText('products.csv was imported.').waitFor();
    });
    const [one, two] = await found(stack, name);
    assert.deepEqual([one.price, two.price], [2.5, 4.75]);
    assert.deepEqual([one.stockQuantity, two.stockQuantity, one.version], [3, 4, first.version]);
  });

  test('is done on a phone and by keyboard, with a file that is dropped or chosen', async () => {
    const stack = await shop();
    const name = own('Keyed');
    await onPage({ user: 'admin', phone: true, path: '/inventory' }, async (page) => {
      await page.getByRole('button', { name: 'Import CSV' }).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Import products' });
      const transfer = await page.evaluateHandle((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], 'dropped.csv', { type: 'text/csv' }));
        return data;
      }, `name,price\n${name},1\n`);
      await dialog.getByText('Choose a CSV file').dispatchEvent('drop', { dataTransfer: transfer });
      await dialog.getByText('dropped.csv was checked.').waitFor();
      await isAccessible(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await dialog.getByRole('button', { name: 'Import' }).focus();
      await page.keyboard.press('Enter');
      await dialog.getByText('dropped.csv was imported.').waitFor();
    });
    assert.equal((await found(stack, name)).length, 1);
  });

  test('says what is wrong with a file that is too large, no CSV, or has other columns', async () => {
    await onPage({ user: 'admin', path: '/inventory' }, async (page, { complaints }) => {
      const dialog = await openImport(page);
      const refused = async (bytes, name, told) => {
        await choose(dialog, bytes, name);
        await dialog.getByText(told).waitFor();
      };
      await refused('x'.repeat(5 * 1024 * 1024 + 1), 'large.csv', 'large.csv is larger than 5 MB.');
      await refused(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), 'image.csv', 'image.csv is no CSV file in UTF-8.');
      await refused('', 'empty.csv', 'empty.csv is empty.');
      await refused('name,price\n"never ends,1\n', 'quote.csv', 'is no CSV as RFC 4180 has it');
      await isAccessible(page);
      await refused(`name,price\n${'x,1\n'.repeat(10_001)}`, 'long.csv', 'An import has at most 10000 rows.');
      assert.equal(await dialog.getByRole('button', { name: 'Check again' }).count(), 0, 'the file is the same');
      complaints.length = 0; // the browser tells of 400 and 413
      await choose(dialog, 'name,price,colour\nx,1,red\n', 'colour.csv');
      await dialog.getByRole('row').filter({ hasText: 'colour' }).waitFor();
      assert.equal(await dialog.getByLabel('Import the good rows').count(), 0, 'a wrong column concerns every row');
      assert.equal(await dialog.getByRole('button', { name: 'Import' }).isDisabled(), true);
    });
  });

  test('does not hide that it may have been done when its answer is lost, and a new check tells', async () => {
    const stack = await shop();
    const name = own('Unheard');
    await onPage({ user: 'admin', path: '/inventory' }, async (page, { complaints }) => {
      const dialog = await openImport(page);
      await choose(dialog, `sku,name,price\n${name},${name},1\n`);
      await dialog.getByText('was checked.').waitFor();
      const address = /\/api\/imports\/products\?dryRun=false/;
      await page.route(address, async (route) => { await route.fetch(); await route.abort(); });
      await dialog.getByRole('button', { name: 'Import' }).click();
      await dialog.getByText('it may have been imported').waitFor();
      await isAccessible(page);
      await dialog.getByRole('button', { name: 'Check again' }).click();
      await dialog.getByText('was checked.').waitFor();
      assert.equal((await counts(dialog)).Unchanged, '1');
      await dialog.getByText('There is nothing to import').waitFor();
      complaints.length = 0;
    });
    assert.equal((await found(stack, name)).length, 1);
  });
});
