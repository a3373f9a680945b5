// The stock-take on a phone: along a shelf or by what is picked, booked once, undone, and never against a figure that is not shown.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { newKey } from '../http/records.mjs';
import { addressOf, isAccessible, isAlive, loseAnswer, onPage, shop, signIn } from './dashboard.mjs';
import { problem } from './range.mjs';

const PHONE = { phone: true };

/** A category of a test's own with so many products, each of 10 pieces: { category, products } in the order of their names. */
async function shelf(stack, count) {
  const category = `Shelf ${randomUUID().slice(0, 8)}`;
  const products = [];
  for (let i = 0; i < count; i++) {
    const form = { name: `${category} item ${i + 1}`, sku: `C-${randomUUID().slice(0, 8)}`, price: '2.00', stockQuantity: '10', minimumStock: '0', category };
    const { status, json, text } = await stack.request('POST', '/products', { user: 'staff', form });
    assert.equal(status, 201, text);
    products.push(json);
  }
  return { category, products, path: `/count?category=${encodeURIComponent(category)}` };
}

const stockOf = async (stack, { productId }) => (await stack.request('GET', `/products/${productId}`, { user: 'staff' })).json.stockQuantity;
const countsOf = async (stack, { productId }) =>
  (await stack.request('GET', `/products/${productId}/movements`, { user: 'staff' })).json.filter(({ type }) => type === 'count').map(({ quantity, note }) => ({ quantity, note }));

async function sell(stack, { productId }, quantity) {
  const { status, text } = await stack.request('POST', '/sales', { user: 'staff', json: { lines: [{ productId, quantity }] }, headers: newKey() });
  assert.equal(status, 201, text);
}

const figure = (page) => page.getByRole('textbox', { name: 'Counted' });
const bookButton = (page) => page.getByRole('button', { name: 'Book the count' });
const isAt = (page, { name }) => page.getByRole('heading', { level: 2, name }).waitFor();

describe('The stock-take', () => {
  test('walks a shelf from the first product to the last, and keeps the place over a reload', async () => {
    const stack = await shop();
    const { products: [first, second, third], path } = await shelf(stack, 3);
    await onPage({ path, ...PHONE }, async (page) => {
      await isAt(page, first);
      await page.getByText('1 of 3').waitFor();
      await page.getByRole('button', { name: 'As expected: 10' }).click();
      await page.getByText('Matches').waitFor();
      await bookButton(page).click();

      await isAt(page, second);
      await page.reload();
      await isAlive(page);
      await isAt(page, second);
      await page.getByRole('button', { name: 'One less' }).click();
      await page.getByRole('button', { name: 'One less' }).click();
      await page.getByText('Difference -2').waitFor();
      await page.getByLabel('Note (optional)').fill('Two were broken.');
      await bookButton(page).click();

      await isAt(page, third);
      await figure(page).fill('12');
      await figure(page).press('Enter');
      await page.getByRole('heading', { name: 'You are through' }).waitFor();
      assert.equal(await page.getByRole('img', { name: 'Counted' }).count(), 3);
      assert.deepEqual(await Promise.all([first, second, third].map((each) => stockOf(stack, each))), [10, 8, 12]);
      assert.deepEqual(await countsOf(stack, second), [{ quantity: -2, note: 'Two were broken.' }]);
      assert.deepEqual(await countsOf(stack, first), [], 'a count that was right moves nothing');
      await page.getByRole('button', { name: 'Previous' }).click();
      await isAt(page, third);
    });
  });

  test('books once, for a double click and after an answer that was lost', async () => {
    const stack = await shop();
    const { products: [first, second], path } = await shelf(stack, 2);
    await onPage({ path, ...PHONE }, async (page, { complaints }) => {
      await isAt(page, first);
      await figure(page).fill('9');
      await bookButton(page).dblclick();
      await isAt(page, second);
      await page.route('**/api/products/*/count', async (route) => {
        await route.fetch();
        await route.abort();
      });
      await figure(page).fill('7');
      await bookButton(page).click();
      await page.getByText('There was no answer.').waitFor();
      complaints.length = 0; // the browser reports the request that failed
      assert.equal(await figure(page).isEditable(), false, 'only the same is sent again');
      await page.unroute('**/api/products/*/count');
      await page.getByRole('button', { name: 'Send again' }).click();
      await page.getByRole('heading', { name: 'You are through' }).waitFor();
      assert.deepEqual(await Promise.all([first, second].map((each) => countsOf(stack, each))), [[{ quantity: -1, note: null }], [{ quantity: -3, note: null }]]);
    });
  });

  test('leaves sold what is sold after the counting', async () => {
    const stack = await shop();
    const { products: [product], path } = await shelf(stack, 1);
    await onPage({ path, ...PHONE }, async (page) => {
      await isAt(page, product);
      await figure(page).fill('9');
      await sell(stack, product, 4);
      await bookButton(page).click();
      await page.getByRole('heading', { name: 'You are through' }).waitFor();
      assert.equal(await stockOf(stack, product), 5);
    });
  });

  test('shows both figures when the stock has changed while it was counted: book against the new one, or count again', async () => {
    const stack = await shop();
    const { products: [first, second], path } = await shelf(stack, 2);
    await onPage({ path, scheme: 'dark', ...PHONE }, async (page, { complaints }) => {
      await isAt(page, first);
      await sell(stack, first, 3);
      await figure(page).fill('6');
      await bookButton(page).click();
      const notice = page.getByRole('alert', { name: 'The stock has changed in the meantime' });
      assert.match((await notice.innerText()).replaceAll(/\s+/g, ' '), /Expected then 10 In the books now 7 You counted 6/);
      await isAccessible(page);
      assert.equal(await stockOf(stack, first), 7, 'nothing is booked');
      await loseAnswer(page, '**/api/products/*/count');
      await notice.getByRole('button', { name: 'Book 6 against 7' }).click();
      await page.getByRole('button', { name: 'Send again' }).click(); // against 7, as it was sent
      await isAt(page, second);
      assert.equal(await stockOf(stack, first), 6);

      await sell(stack, second, 1);
      await figure(page).fill('9');
      await bookButton(page).click();
      await notice.getByRole('button', { name: 'Count again' }).click();
      await page.getByText('Expected 9').waitFor();
      assert.equal(await figure(page).inputValue(), '');
      await figure(page).fill('9');
      await bookButton(page).click();
      await page.getByRole('heading', { name: 'You are through' }).waitFor();
      assert.equal(await stockOf(stack, second), 9);
      complaints.length = 0; // the 409s
    });
  });

  test('counts what is picked by name or scanned by code, one after the other, by keyboard; and undoes it', async () => {
    const stack = await shop();
    const { products: [first, second] } = await shelf(stack, 2);
    await onPage({ path: '/count' }, async (page) => {
      await page.getByRole('textbox', { name: 'Product', exact: true }).pressSequentially(first.name);
      // Of the whole name, and not of its beginning, which others have.
      await page.waitForFunction((name) => [...document.querySelectorAll('[role=option]')].map((each) => each.textContent.includes(name)).join() === 'true', first.name);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await isAt(page, first);
      await figure(page).fill('4');
      await page.keyboard.press('Enter');
      const item = page.getByRole('listitem').filter({ hasText: first.name });
      await item.getByText('4 (-6)').waitFor();
      await page.waitForFunction(() => document.activeElement?.getAttribute('placeholder') === 'Scan a code or type a name');
      await page.keyboard.type(second.sku);
      await page.keyboard.press('Enter');
      await isAt(page, second);
      assert.equal(await stockOf(stack, first), 4);
      await page.getByRole('button', { name: `Undo the count of ${first.name}` }).click();
      await item.getByText('Undone').waitFor();
      assert.equal(await stockOf(stack, first), 10);
      await page.reload();
      await isAlive(page);
      await item.getByText('Undone').waitFor();
    });
  });

  test('undoes once, when the answer is lost', async () => {
    const stack = await shop();
    const { products: [product], path } = await shelf(stack, 1);
    await onPage({ path, ...PHONE }, async (page, { complaints }) => {
      await isAt(page, product);
      await figure(page).fill('4');
      await bookButton(page).click();
      const item = page.getByRole('listitem').filter({ hasText: '4 (-6)' });
      const undo = item.getByRole('button', { name: `Undo the count of ${product.name}` });
      await loseAnswer(page, '**/api/movements/*/reverse');
      await undo.click();
      await item.getByText('it is booked once, however often you send it').waitFor();
      await undo.click();
      await item.getByText('Undone').waitFor();
      assert.equal(await item.getByRole('alert').count(), 0, 'it goes on saying that there was no answer');
      assert.equal(await stockOf(stack, product), 10);
      const { json } = await stack.request('GET', `/products/${product.productId}/movements`, { user: 'staff' });
      assert.equal(json.filter(({ type }) => type === 'reversal').length, 1);
      complaints.length = 0; // the browser's word about the answer that was lost
    });
  });

  test('shows what was counted to whoever counted it, and not to the next one who signs in at that tab', async () => {
    const stack = await shop();
    const { category, products: [first, second] } = await shelf(stack, 2);
    await onPage({ path: `/count?product=${first.productId}` }, async (page) => {
      const counted = page.getByRole('listitem').filter({ hasText: category });
      const count = async (product, pieces) => {
        await isAt(page, product);
        await figure(page).fill(pieces);
        await bookButton(page).click();
        await counted.filter({ hasText: product.name }).waitFor();
      };
      const signInAs = async (user, path) => {
        await page.getByRole('button', { name: /^Account/ }).click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await page.getByRole('link', { name: 'Sign in' }).click();
        await signIn(page, user);
        await page.waitForURL('**/dashboard');
        await page.goto(addressOf(stack) + path);
        await isAlive(page);
      };
      await count(first, '8');
      await signInAs('admin', `/count?product=${second.productId}`);
      await count(second, '9');
      assert.equal(await counted.count(), 1, "another's count is among one's own");
      await signInAs('staff', '/count');
      await counted.filter({ hasText: first.name }).waitFor();
      assert.equal(await counted.count(), 1);
    });
  });

  test('says what is wrong when a product cannot be loaded, and is tried again; and that a category is empty', async () => {
    const stack = await shop();
    const { products: [product] } = await shelf(stack, 1);
    await onPage({ path: `/count?category=${encodeURIComponent('No such shelf')}`, ...PHONE }, async (page, { complaints }) => {
      await page.getByRole('heading', { name: 'Nothing in this category' }).waitFor();
      await page.getByLabel('Category to walk through').selectOption('');
      await page.route(`**/api/products/${product.productId}`, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: '/problems/service-unavailable', title: 'Away', status: 503, detail: 'The database is away.', requestId: 'abc123', message: '' } }));
      await page.getByRole('textbox', { name: 'Product', exact: true }).pressSequentially(product.sku);
      await page.getByRole('combobox', { name: 'Product', exact: true }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText('Request abc123').waitFor();
      complaints.length = 0;
      await page.unroute(`**/api/products/${product.productId}`);
      await page.getByRole('button', { name: 'Try again' }).click();
      await isAt(page, product);
    });
  });

  test('asks once for the rest of a long shelf when that fails, says so, and goes on when asked to', async () => {
    const stack = await shop();
    const { path } = await shelf(stack, 101);
    await onPage({ path: '/count', ...PHONE }, async (page, { complaints }) => {
      let asked = 0;
      await page.route('**/api/products?*cursor=*', (route) => { asked += 1; return route.fulfill(problem); });
      await page.goto(new URL(path, page.url()).href);
      await page.getByText('The rest of this category could not be loaded').waitFor();
      await page.getByText('1 of more than 100').waitFor();
      await isAccessible(page);
      await page.getByRole('button', { name: 'Next' }).click(); // whatever is shown anew asks no more
      await page.getByText('2 of more than 100').waitFor();
      assert.equal(asked, 1);
      complaints.length = 0; // the browser's word about the 503
      await page.unroute('**/api/products?*cursor=*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('2 of 101').waitFor();
    });
  });

  test('is for staff', async () => {
    await onPage({ user: 'viewer', path: '/count' }, (page) => page.getByRole('heading', { name: 'This page is not for your role' }).waitFor());
  });

  for (const scheme of ['light', 'dark']) {
    test(`is accessible, and has large buttons on the smallest phone, ${scheme}`, async () => {
      const stack = await shop();
      const { products: [product], path } = await shelf(stack, 2);
      await onPage({ path, scheme, ...PHONE }, async (page) => {
        await isAt(page, product);
        await isAccessible(page);
        await page.setViewportSize({ width: 320, height: 700 });
        await page.getByRole('button', { name: 'One more' }).click();
        await isAccessible(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
        for (const name of ['One less', 'One more', 'Book the count']) {
          const box = await page.getByRole('button', { name }).boundingBox();
          assert.ok(box.height >= 44 && box.width >= 44, `${name}: ${JSON.stringify(box)}`);
        }
      });
    });
  }
});
