// Purchases: what comes in, from whom and at what cost.
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isAccessible, loseAnswer, onPage, shop } from './dashboard.mjs';
import { choosePeriod, problem } from './range.mjs';
import { bookPurchase, bookSale, makeProduct, purchasesOf, stockOf } from './records.mjs';

const entryPage = { path: '/purchases?new=purchase' };
const dialog = (page) => page.getByRole('dialog', { name: 'New purchase' });
const quantityOf = (page, { name }) => page.getByRole('textbox', { name: `Quantity of ${name}` });
const costOf = (page, { name }) => page.getByRole('textbox', { name: `Unit cost of ${name}` });
const bookButton = (page) => page.getByRole('button', { name: 'Book purchase' });
const last = (page) => page.getByRole('status').filter({ hasText: 'Last purchase' });

async function pick(page, product) {
  await dialog(page).getByRole('combobox', { name: 'Product' }).fill(product.sku);
  await page.keyboard.press('Enter');
  await quantityOf(page, product).waitFor();
}

describe('A new purchase', () => {
  test('has a supplier, a note, and costs with four decimals', async () => {
    await onPage(entryPage, async (page, { stack }) => {
      const product = await makeProduct(stack);
      const supplierName = `Holz & Co, ${product.sku}`; // that no list proposes
      await pick(page, product);
      await quantityOf(page, product).fill('3');
      await costOf(page, product).fill('1.2345');
      await page.getByRole('combobox', { name: 'Supplier' }).fill(supplierName);
      await page.getByRole('button', { name: 'Add a note' }).click();
      await page.getByRole('textbox', { name: 'Note' }).fill('Came late');
      await dialog(page).getByText('$3.70').first().waitFor();
      await isAccessible(page);
      await page.keyboard.press('F9');
      await last(page).getByText('$3.70 · 3 pieces').waitFor();
      const [{ supplier, note, totalCost, lines }] = await purchasesOf(stack, product);
      assert.deepEqual([supplier, note, totalCost, lines[0].unitCost], [supplierName, 'Came late', 3.7, 1.2345]);
      assert.equal(await stockOf(stack, product), 13);
      assert.equal(await page.getByRole('combobox', { name: 'Supplier' }).inputValue(), '', 'the next one may be of another supplier');
    });
  });

  test('needs a cost, and says so', async () => {
    await onPage(entryPage, async (page, { stack }) => {
      const product = await makeProduct(stack);
      await pick(page, product);
      await bookButton(page).click();
      await page.getByText('An amount with up to 4 decimals').waitFor();
      await isAccessible(page);
      assert.deepEqual(await purchasesOf(stack, product), []);
    });
  });

  test('begins with the product that runs low, up to its minimum and at its last cost', async () => {
    const stack = await shop();
    const product = await makeProduct(stack, { stockQuantity: 0, minimumStock: 20 });
    await bookPurchase(stack, { lines: [{ productId: product.productId, quantity: 4, unitCost: 2.5 }] });
    await onPage({ path: `/purchases?new=${product.productId}` }, async (page) => {
      await quantityOf(page, product).waitFor();
      assert.deepEqual([await quantityOf(page, product).inputValue(), await costOf(page, product).inputValue()], ['16', '2.5']);
      await page.getByText('Suggested: up to the minimum of 20.').waitFor();
      await quantityOf(page, product).fill('18');
      await bookButton(page).click();
      await last(page).getByText('$45.00').waitFor();
      assert.equal(await stockOf(stack, product), 22);
    });
  });

  test('says when the product that was to be ordered is not there', async () => {
    await onPage({ path: '/purchases?new=00000000-0000-4000-8000-000000000000' }, async (page, { complaints }) => {
      await page.getByText('The product that was to be ordered is not there any more').waitFor();
      complaints.length = 0; // the browser's word about the 404
    });
  });

  test('is booked once by a double click, and once when the answer is lost', async () => {
    await onPage(entryPage, async (page, { stack, complaints }) => {
      const product = await makeProduct(stack);
      await pick(page, product);
      await costOf(page, product).fill('2');
      await bookButton(page).dblclick();
      await last(page).getByText('$2.00').waitFor();
      assert.equal((await purchasesOf(stack, product)).length, 1);
      await pick(page, product);
      await quantityOf(page, product).fill('2');
      await loseAnswer(page, '**/api/purchases');
      await bookButton(page).click();
      await page.getByText('it is booked once, however often you send it').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await last(page).getByText('$4.00').waitFor();
      assert.equal((await purchasesOf(stack, product)).length, 2);
      assert.equal(await stockOf(stack, product), 13);
      complaints.length = 0; // the browser's word about the answer that was lost
    });
  });
});

describe('The list of purchases', () => {
  test('shows one with its lines, and says why a line cannot be reversed', async () => {
    const stack = await shop();
    const product = await makeProduct(stack, { stockQuantity: 0 });
    await bookPurchase(stack, { supplier: 'Nordlicht', lines: [{ productId: product.productId, quantity: 4, unitCost: 2.3456 }] });
    await bookSale(stack, [{ productId: product.productId, quantity: 1 }]);
    await onPage({ path: `/purchases?productId=${product.productId}` }, async (page, { complaints }) => {
      await page.getByRole('cell', { name: 'Nordlicht' }).waitFor();
      await page.getByRole('button', { name: /^Purchase of / }).click();
      const detail = page.getByRole('dialog', { name: /^Purchase of / });
      await detail.getByText('$2.3456').waitFor();
      await isAccessible(page);
      await detail.getByRole('button', { name: `Reverse ${product.name}` }).click();
      await page.getByRole('button', { name: 'Reverse', exact: true }).click();
      await page.getByRole('alert', { name: 'This contradicts what is' }).waitFor();
      assert.equal(await stockOf(stack, product), 3);
      complaints.length = 0; // the browser's word about the 409
    });
  });

  test('is saved as CSV', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await bookPurchase(stack, { lines: [{ productId: product.productId, quantity: 2, unitCost: 1 }] });
    await onPage({ user: 'viewer', path: `/purchases?productId=${product.productId}` }, async (page) => {
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export CSV' }).click();
      const file = await saved;
      assert.equal(file.suggestedFilename(), 'purchases.csv');
      assert.match(await fs.readFile(await file.path(), 'utf8'), new RegExp(product.name));
    });
  });

  test('says why it is not there, and what to do where there is none', async () => {
    await onPage({ path: '/purchases' }, async (page, { complaints }) => {
      await page.route('**/api/purchases?*', (route) => route.fulfill(problem));
      await choosePeriod(page, 'Last 90 days', 'range=90');
      await page.getByText('This could not be loaded').waitFor();
      await page.unroute('**/api/purchases?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('table', { name: 'Purchases, newest first' }).waitFor();
      complaints.length = 0;
      await page.goto(`${new URL(page.url()).origin}/purchases?from=2001-01-01&to=2001-01-31`);
      await page.getByText('No purchases in these days').waitFor();
      await isAccessible(page);
      await page.getByRole('button', { name: 'New purchase' }).last().click();
      await dialog(page).waitFor();
    });
  });

  test('lets viewers look, and no more', async () => {
    await onPage({ user: 'viewer', path: '/purchases?new=purchase' }, async (page) => {
      await page.getByRole('table', { name: 'Purchases, newest first' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'New purchase' }).count(), 0);
      assert.equal(await page.getByRole('dialog').count(), 0);
    });
  });
});
