// Sales: the counter, where pieces are scanned and booked, and the list of what was sold.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { describe, test } from 'node:test';
import { until } from '../http/stack.mjs';
import { isAccessible, loseAnswer, onPage, shop } from './dashboard.mjs';
import { bookSale, makeProduct, newSku, salesOf, stockOf } from './records.mjs';
import { choosePeriod, fits, problem } from './range.mjs';

const counter = { path: '/sales?new=sale' };
const picker = (page) => page.getByRole('dialog', { name: 'New sale' }).getByRole('combobox', { name: 'Product' });
const quantityOf = (page, { name }) => page.getByRole('textbox', { name: `Quantity of ${name}` });
const bookButton = (page) => page.getByRole('button', { name: 'Book sale' });
const lastSale = (page) => page.getByRole('status').filter({ hasText: 'Last sale' });

/** As a scanner does it: the code, and Enter. */
async function scan(page, code) {
  await picker(page).waitFor();
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
}

async function scanned(page, product, quantity) {
  await quantityOf(page, product).and(page.locator(`[value="${quantity}"]`)).waitFor();
}

describe('The counter', () => {
  test('sells by scanner and keyboard alone, and is ready for the next customer', async () => {
    await onPage(counter, async (page, { stack }) => {
      const [mug, vase] = [await makeProduct(stack), await makeProduct(stack, { price: 40 })];
      await scan(page, mug.sku.toLowerCase());
      await scanned(page, mug, 1);
      await scan(page, vase.sku);
      await scanned(page, vase, 1);
      await scan(page, mug.sku); // the same again: one more
      await scanned(page, mug, 2);
      // Enter in the empty field goes to the quantity of what was scanned last, after what a scanner's second line end may take.
      const focused = () => quantityOf(page, mug).evaluate((field) => field === document.activeElement);
      while (!(await focused())) await page.keyboard.press('Enter');
      await page.keyboard.type('3');
      await page.keyboard.press('Enter');
      await page.getByText('Total · 4 pieces').waitFor();
      await page.getByRole('dialog').getByText('$77.50').waitFor();
      await page.keyboard.press('F9');
      await lastSale(page).getByText('$77.50 · 4 pieces').waitFor();
      assert.equal(await stockOf(stack, mug), 7);
      assert.equal(await stockOf(stack, vase), 9);
      const [sale] = await salesOf(stack, mug);
      assert.equal(sale.totalAmount, 77.5);
      await scan(page, vase.sku); // without a click in between
      await scanned(page, vase, 1);
    });
  });

  test('finds products by name, sells at another price, with a note', async () => {
    await onPage(counter, async (page, { stack }) => {
      const product = await makeProduct(stack);
      await picker(page).fill(product.name.slice(5));
      await page.getByRole('option', { name: product.name }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await scanned(page, product, 1);
      await page.getByRole('textbox', { name: `Price of ${product.name}` }).fill('9.90');
      await page.getByRole('button', { name: 'Add a note' }).click();
      await page.getByRole('textbox', { name: 'Note' }).fill('A scratch');
      await bookButton(page).click();
      await lastSale(page).getByText('$9.90').waitFor();
      const [{ note, lines }] = await salesOf(stack, product);
      assert.deepEqual([note, lines[0].unitPrice], ['A scratch', 9.9]);
    });
  });

  test('says that a code is unknown, keeps it, and takes the next scan', async () => {
    await onPage(counter, async (page, { stack }) => {
      const [product, unknown] = [await makeProduct(stack), newSku()];
      await scan(page, unknown);
      await page.getByRole('alert').filter({ hasText: `No product has the code or name “${unknown}”` }).waitFor();
      assert.equal(await picker(page).inputValue(), unknown);
      await scan(page, product.sku);
      await scanned(page, product, 1);
      assert.equal(await page.getByText('No product has the code').count(), 0);
    });
  });

  test('takes one code after the other, however long a look-up takes, and books none without the last', async () => {
    await onPage(counter, async (page, { stack }) => {
      const [first, second] = [await makeProduct(stack), await makeProduct(stack)];
      let release;
      const held = new Promise((resolve) => { release = resolve; });
      await page.route(`**/api/products?sku=${first.sku}`, async (route) => { await held; await route.continue(); });
      await scan(page, first.sku);
      await scan(page, second.sku);
      assert.ok(await bookButton(page).isDisabled());
      release();
      await scanned(page, first, 1);
      await scanned(page, second, 1);
      await page.keyboard.press('F9');
      await lastSale(page).waitFor();
      assert.deepEqual((await salesOf(stack, first))[0].lines.map((each) => each.productId).sort(), [first.productId, second.productId].sort());
    });
  });

  test('warns when more is sold than there is, and offers what is there now', async () => {
    await onPage(counter, async (page, { stack, complaints }) => {
      const [scarce, plenty] = [await makeProduct(stack, { stockQuantity: 5 }), await makeProduct(stack)];
      await scan(page, scarce.sku);
      await scanned(page, scarce, 1);
      await scan(page, plenty.sku);
      await scanned(page, plenty, 1);
      await quantityOf(page, scarce).fill('6');
      await page.getByText('Only 5 in stock').waitFor();
      await quantityOf(page, scarce).fill('5');
      assert.equal(await page.getByText('Only 5 in stock').count(), 0);
      await bookSale(stack, [{ productId: scarce.productId, quantity: 3 }]); // another counter is faster
      await bookButton(page).click();
      const alert = page.getByRole('alert').filter({ hasText: 'There is not enough in stock' });
      await alert.getByText(`${scarce.name}: Only 2 in stock`).waitFor();
      await isAccessible(page);
      assert.equal(await stockOf(stack, plenty), 10, 'nothing of it was booked');
      await alert.getByRole('button', { name: 'Set all to what is there' }).click();
      await scanned(page, scarce, 2);
      await page.keyboard.press('F9');
      await lastSale(page).waitFor();
      assert.equal(await stockOf(stack, scarce), 0);
      complaints.length = 0; // the browser's word about the 409
    });
  });

  test('books once, however often one clicks', async () => {
    await onPage(counter, async (page, { stack }) => {
      const product = await makeProduct(stack);
      await scan(page, product.sku);
      await scanned(page, product, 1);
      await bookButton(page).dblclick();
      await lastSale(page).waitFor();
      assert.equal((await salesOf(stack, product)).length, 1);
      assert.equal(await stockOf(stack, product), 9);
    });
  });

  test('books once when the answer is lost, and changes nothing of it until it knows', async () => {
    await onPage(counter, async (page, { stack, complaints }) => {
      const product = await makeProduct(stack);
      await scan(page, product.sku);
      await scanned(page, product, 1);
      await loseAnswer(page, '**/api/sales');
      await bookButton(page).click();
      await page.getByText('it is booked once, however often you send it').waitFor();
      await picker(page).and(page.locator(':disabled')).waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await lastSale(page).getByText('$12.50').waitFor();
      assert.equal((await salesOf(stack, product)).length, 1);
      assert.equal(await stockOf(stack, product), 9);
      complaints.length = 0; // the browser's word about the answer that was lost
    });
  });

  test('sends after a lost answer what was sent, and leaves what was scanned meanwhile for the next sale', async () => {
    await onPage(counter, async (page, { stack, complaints }) => {
      const [sold, next] = [await makeProduct(stack), await makeProduct(stack)];
      let lose;
      const scannedNext = new Promise((resolve) => { lose = resolve; });
      // Before the page is asked for anything more: a key that is pressed right after it can be faster than Chromium's word to the page.
      await page.route('**/api/sales', async (route) => { await route.fetch(); await scannedNext; await route.abort(); }, { times: 1 });
      await scan(page, sold.sku);
      await scanned(page, sold, 1);
      await page.keyboard.press('F9');
      await scan(page, next.sku);
      await scanned(page, next, 1);
      lose();
      await page.getByText('it is booked once, however often you send it').waitFor();
      // Neither who asks too often nor who is asked too early learns what became of it.
      const busy = { status: 409, contentType: 'application/problem+json', headers: { 'Retry-After': '1' }, json: { title: 'Conflict', detail: 'Still being worked on.' } };
      for (const answer of [{ ...busy, status: 429 }, busy]) {
        await page.route('**/api/sales', (route) => route.fulfill(answer), { times: 1 });
        const answered = page.waitForResponse((response) => response.status() === answer.status);
        await page.getByRole('button', { name: 'Try again' }).click();
        await answered;
        await picker(page).and(page.locator(':disabled')).waitFor();
      }
      await page.getByRole('button', { name: 'Try again' }).click();
      await lastSale(page).getByText('$12.50').waitFor();
      assert.deepEqual((await salesOf(stack, sold)).map(({ lines }) => lines.length), [1]);
      await scanned(page, next, 1);
      await page.keyboard.press('F9');
      await quantityOf(page, next).waitFor({ state: 'detached' });
      assert.deepEqual([await stockOf(stack, sold), await stockOf(stack, next)], [9, 9]);
      complaints.length = 0; // the browser's word about the answers
    });
  });

  test('shows in the list what a lost answer had booked, when it is left', async () => {
    await onPage(counter, async (page, { stack, complaints }) => {
      const product = await makeProduct(stack);
      await scan(page, product.sku);
      await scanned(page, product, 1);
      await loseAnswer(page, '**/api/sales');
      await bookButton(page).click();
      await page.getByRole('button', { name: 'Leave it' }).click();
      await quantityOf(page, product).waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await page.getByRole('cell', { name: `${product.name} × 1` }).waitFor();
      complaints.length = 0; // the browser's word about the answer that was lost
    });
  });

  test('keeps what was entered when it is closed and opened again', async () => {
    await onPage(counter, async (page, { stack }) => {
      const product = await makeProduct(stack);
      await scan(page, product.sku);
      await scanned(page, product, 1);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.doesNotMatch(page.url(), /new=/);
      await page.getByRole('button', { name: 'New sale' }).click();
      await scanned(page, product, 1);
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`is for everybody, on a phone in the ${scheme}`, async () => {
      await onPage({ ...counter, scheme, phone: true }, async (page, { stack }) => {
        const product = await makeProduct(stack, { stockQuantity: 0 });
        await picker(page).fill(product.sku);
        await picker(page).press('Enter');
        await scanned(page, product, 1);
        await page.getByText('Only 0 in stock').waitFor();
        await isAccessible(page);
        await fits(page);
      });
    });
  }
});

describe('The list of sales', () => {
  test('shows a sale with its lines, and reverses one of them', async () => {
    const stack = await shop();
    const [kept, returned] = [await makeProduct(stack), await makeProduct(stack)];
    await bookSale(stack, [{ productId: kept.productId, quantity: 1 }, { productId: returned.productId, quantity: 2 }], 'For the fair');
    await onPage({ path: `/sales?productId=${returned.productId}` }, async (page) => {
      await page.getByText(`Only with ${returned.name}`).waitFor();
      await page.getByRole('button', { name: /^Sale of / }).click();
      const detail = page.getByRole('dialog', { name: /^Sale of / });
      await detail.getByText('For the fair').waitFor();
      await isAccessible(page);
      await detail.getByRole('button', { name: `Reverse ${returned.name}` }).click();
      await page.getByRole('textbox', { name: 'Why (optional)' }).fill('Brought back');
      await isAccessible(page);
      await page.getByRole('button', { name: 'Reverse', exact: true }).dblclick();
      await detail.getByText('Reversed').waitFor();
      assert.equal(await detail.getByRole('button', { name: `Reverse ${returned.name}` }).count(), 0);
      assert.equal(await stockOf(stack, returned), 10);
      assert.equal(await stockOf(stack, kept), 9);
      await page.keyboard.press('Escape');
      await page.getByText('Partly reversed').waitFor();
    });
  });

  test('has its range and its product in the address', async () => {
    await onPage({ path: '/sales' }, async (page, { stack }) => {
      const product = await makeProduct(stack);
      await choosePeriod(page, 'Last 7 days', 'range=7');
      await page.getByRole('button', { name: 'Only with a product' }).click();
      await page.getByRole('combobox', { name: 'Only with a product' }).fill(product.sku);
      await page.keyboard.press('Enter');
      await page.getByText('None of the sales in these days has this product.').waitFor();
      assert.match(page.url(), new RegExp(`productId=${product.productId}`));
      await page.reload();
      assert.equal(await page.getByRole('combobox', { name: 'Period' }).inputValue(), '7');
      await page.getByText(`Only with ${product.name}`).waitFor();
      await page.getByRole('button', { name: 'Show all products' }).last().click();
      await page.getByRole('table', { name: 'Sales, newest first' }).waitFor();
      await page.getByLabel('From').fill('2026-01-05');
      await until(() => page.url().includes('from=2026-01-05'));
    });
  });

  test('is saved as CSV, with the filter', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await bookSale(stack, [{ productId: product.productId, quantity: 2 }]);
    await onPage({ user: 'viewer', path: `/sales?productId=${product.productId}` }, async (page) => {
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export CSV' }).click();
      const file = await saved;
      assert.equal(file.suggestedFilename(), 'sales.csv');
      const rows = (await fs.readFile(await file.path(), 'utf8')).trim().split('\n');
      assert.equal(rows.length, 2);
      assert.match(rows[1], new RegExp(product.name));
    });
  });

  test('says why it is not there, and loads it when asked again', async () => {
    await onPage({ path: '/sales' }, async (page, { complaints }) => {
      await page.route('**/api/sales?*', (route) => route.fulfill(problem));
      await choosePeriod(page, 'Last 90 days', 'range=90');
      await page.getByText('This could not be loaded').waitFor();
      await page.getByText('Request f00').waitFor();
      await isAccessible(page);
      await page.unroute('**/api/sales?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('table', { name: 'Sales, newest first' }).waitFor();
      complaints.length = 0;
    });
  });

  test('lets viewers look, and no more', async () => {
    await onPage({ user: 'viewer', path: '/sales?new=sale' }, async (page) => {
      await page.getByRole('table', { name: 'Sales, newest first' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'New sale' }).count(), 0);
      assert.equal(await page.getByRole('dialog').count(), 0);
      await page.getByRole('button', { name: /^Sale of / }).first().click();
      await page.getByRole('group', { name: 'Lines' }).waitFor();
      assert.equal(await page.getByRole('button', { name: /^Reverse/ }).count(), 0);
    });
  });
});
