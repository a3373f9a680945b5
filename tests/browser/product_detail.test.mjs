// The page of one product: its history, moving its stock by hand, undoing that, archiving it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { addressOf, isAccessible, onPage, shop } from './dashboard.mjs';

const word = () => randomUUID().slice(0, 8);

async function makeProduct(stack, fields = {}) {
  const answer = await stack.request('POST', '/products', { user: 'staff', json: { name: `Kettle ${word()}`, price: 12.5, stockQuantity: 20, minimumStock: 5, ...fields } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}
const book = async (stack, path, json, user = 'staff') => {
  const answer = await stack.request('POST', path, { user, json, headers: { 'Idempotency-Key': randomUUID() } });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
};
const move = (stack, { productId }, quantity, reason = 'found') => book(stack, `/products/${productId}/movements`, { quantity, reason });
const sell = (stack, { productId }, quantity) => book(stack, '/sales', { lines: [{ productId, quantity }] });
const getProduct = async (stack, { productId }) => (await stack.request('GET', `/products/${productId}`, { user: 'staff' })).json;
const getMovements = async (stack, { productId }) => (await stack.request('GET', `/products/${productId}/movements`, { user: 'staff' })).json;
const pathOf = ({ productId }) => `/products/${productId}`;
const movements = (page) => page.getByRole('list', { name: 'Every change of the stock' }).getByRole('listitem');
const dialog = (page, name) => page.getByRole('dialog', { name });

describe('The page of a product', () => {
  test('shows what is known of it, its movements and what was sold and bought last, with links', async () => {
    const stack = await shop();
    const product = await makeProduct(stack, { sku: `K-${word()}`, category: 'Kitchen', description: 'Whistles.', rating: 4 });
    const sale = await sell(stack, product, 3);
    const purchase = await book(stack, '/purchases', { lines: [{ productId: product.productId, quantity: 10, unitCost: 5.1234 }] });
    await book(stack, `/products/${product.productId}/movements`, { quantity: -1, reason: 'damage', note: 'Fell off the shelf.' });
    await onPage({ user: 'viewer', path: pathOf(product) }, async (page) => {
      await page.getByRole('heading', { level: 1, name: product.name }).waitFor();
      assert.equal(await page.title(), `${product.name} · StockPilot`);
      await page.getByText('26 pieces').waitFor();
      await page.getByText('Whistles.').waitFor();
      const texts = await movements(page).allInnerTexts();
      assert.equal(texts.length, 4);
      assert.match(texts[0], /Adjustment: Damaged\s+Fell off the shelf\.[^]*by Sam Staff[^]*-1\s+26 left/);
      assert.match(texts[1], /Purchase[^]*\+10\s+27 left/);
      assert.match(texts[3], /Opening stock[^]*\+20\s+20 left/);
      assert.equal(await page.getByRole('link', { name: 'Show sale' }).getAttribute('href'), `/sales?sale=${sale.saleId}`);
      assert.equal(await page.getByRole('link', { name: 'Show purchase' }).getAttribute('href'), `/purchases?purchase=${purchase.purchaseId}`);
      assert.match(await page.getByRole('group', { name: 'Latest sales' }).innerText(), /3\s+\$12\.50\s+\$37\.50/);
      assert.match(await page.getByRole('group', { name: 'Latest purchases' }).innerText(), /10\s+\$5\.1234\s+\$51\.23/);
      assert.equal(await page.getByRole('button', { name: /Adjust stock|Edit|Archive|^Reverse|image/ }).count(), 0, 'a viewer looks');
    });
  });

  test('draws the stock at the end of each day', async () => {
    const stack = await shop();
    const [product] = (await stack.request('GET', '/products?search=Alarm%20Clock%2C%20Lagoon', { user: 'staff' })).json;
    await onPage({ path: pathOf(product) }, async (page) => {
      const chart = page.getByRole('figure', { name: /Stock at the end of each day/ });
      await chart.getByText('Show as a table').click();
      const last = (await chart.getByRole('row').last().innerText()).split('\t').map((cell) => cell.trim());
      const now = await getProduct(stack, product);
      assert.deepEqual(last.slice(1), [String(now.stockQuantity), String(now.minimumStock)]);
    });
  });

  test('goes on with older movements', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    for (let i = 0; i < 24; i++) await move(stack, product, 1);
    await onPage({ path: pathOf(product) }, async (page) => {
      assert.equal(await movements(page).count(), 20);
      await page.getByRole('button', { name: 'Load more' }).click();
      await page.getByText('Opening stock').waitFor();
      assert.equal(await movements(page).count(), 25);
    });
  });

  test('is a 404 for an unknown id, and for none at all', async () => {
    await onPage({}, async (page, { stack, complaints }) => {
      for (const id of [randomUUID(), 'kettle']) {
        const answer = await page.goto(`${addressOf(stack)}/products/${id}`);
        assert.equal(answer.status(), 404);
        await page.getByRole('heading', { name: 'There is no such product' }).waitFor();
        await page.getByRole('link', { name: 'To the products' }).waitFor();
      }
      complaints.length = 0;
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`is accessible in the ${scheme}, with each dialog open, also on a phone`, async () => {
      const stack = await shop();
      const product = await makeProduct(stack);
      await sell(stack, product, 1);
      for (const phone of [false, true]) {
        await onPage({ user: 'admin', scheme, phone, path: pathOf(product) }, async (page) => {
          await movements(page).first().waitFor();
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), await page.evaluate(() => window.innerWidth));
          await isAccessible(page);
          for (const name of ['Adjust stock', 'Edit', 'Archive', 'Add image', /^Reverse: Sale/]) {
            const button = page.getByRole('button', { name });
            await button.click();
            await page.getByRole('dialog').waitFor();
            await isAccessible(page);
            await page.keyboard.press('Escape');
            await page.getByRole('dialog').waitFor({ state: 'detached' });
            await page.waitForFunction((label) => document.activeElement?.getAttribute('aria-label') === label || document.activeElement?.textContent === label, await button.getAttribute('aria-label') ?? await button.textContent());
          }
        });
      }
    });
  }
});

describe('An adjustment of stock', () => {
  async function enter(page, { direction = 'Take out', quantity = '2', reason = 'Damaged' } = {}) {
    await page.getByRole('button', { name: 'Adjust stock' }).click();
    const form = dialog(page, 'Adjust stock');
    await form.getByText(direction, { exact: true }).click();
    await form.getByLabel('Quantity').fill(quantity);
    await form.getByRole('combobox', { name: 'Reason' }).click();
    await page.getByRole('option', { name: reason }).click();
    return form;
  }

  test('is booked with its reason and note, and shown at once', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: pathOf(product) }, async (page) => {
      const form = await enter(page);
      await form.getByLabel('Note').fill('Dropped.');
      await form.getByText('Afterwards: 18').waitFor();
      await form.getByRole('button', { name: 'Book adjustment' }).click();
      await form.waitFor({ state: 'detached' });
      await page.getByText('18 pieces').waitFor();
      await movements(page).first().getByText('Adjustment: Damaged').waitFor();
      const [{ quantity, quantityAfter, reason, note }] = await getMovements(stack, product);
      assert.deepEqual({ quantity, quantityAfter, reason, note }, { quantity: -2, quantityAfter: 18, reason: 'damage', note: 'Dropped.' });
    });
  });

  test('is booked once by a double click, and once when its answer is lost', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: pathOf(product) }, async (page, { complaints }) => {
      const form = await enter(page, { direction: 'Put in', quantity: '5', reason: 'Found' });
      await form.getByRole('button', { name: 'Book adjustment' }).dblclick();
      await form.waitFor({ state: 'detached' });
      assert.equal((await getProduct(stack, product)).stockQuantity, 25);
      await page.route('**/api/products/*/movements', async (route) => {
        if (route.request().method() !== 'POST') return route.fallback();
        await route.fetch();
        await route.abort('connectionreset');
      }, { times: 1 });
      await enter(page, { direction: 'Put in', quantity: '3', reason: 'Found' });
      await form.getByRole('button', { name: 'Book adjustment' }).click();
      await form.getByText('it is booked once, however often you send it').waitFor();
      assert.equal(await form.getByRole('textbox', { name: 'Quantity' }).isEditable(), false, 'only the same is sent again');
      await form.getByRole('button', { name: 'Try again' }).click();
      await form.waitFor({ state: 'detached' });
      assert.equal((await getProduct(stack, product)).stockQuantity, 28);
      complaints.length = 0;
    });
  });

  test('tells at the field what is missing, and that there is not that much', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: pathOf(product) }, async (page, { complaints }) => {
      await page.getByRole('button', { name: 'Adjust stock' }).click();
      await dialog(page, 'Adjust stock').getByRole('button', { name: 'Book adjustment' }).click();
      await page.getByText('A whole number from 1').waitFor();
      await page.getByText('Choose a reason').waitFor();
      await page.keyboard.press('Escape');
      await dialog(page, 'Adjust stock').waitFor({ state: 'detached' });
      const form = await enter(page, { quantity: '500', reason: 'Lost' });
      await form.getByRole('button', { name: 'Book adjustment' }).click();
      await form.getByText('20 are available').waitFor();
      assert.equal(await form.getByLabel('Quantity').inputValue(), '500');
      complaints.length = 0;
    });
  });
});

describe('A movement', () => {
  test('is reversed after a question, and says so', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await sell(stack, product, 4);
    await onPage({ path: pathOf(product) }, async (page) => {
      await page.getByRole('button', { name: /^Reverse: Sale -4/ }).click();
      const question = dialog(page, 'Reverse this movement?');
      await question.getByText('The line of the sale leaves the figures as well.').waitFor();
      await question.getByLabel('Note').fill('Brought back.');
      await question.getByRole('button', { name: 'Reverse movement' }).dblclick();
      await question.waitFor({ state: 'detached' });
      await page.getByText('20 pieces').waitFor();
      const texts = await movements(page).allInnerTexts();
      assert.match(texts[0], /Reversal\s+Brought back\.[^]*\+4\s+20 left/);
      assert.match(texts[1], /Sale\s*Reversed/);
      assert.equal(await page.getByRole('button', { name: /^Reverse: (Sale|Reversal)/ }).count(), 0, 'once, and not the reversal itself');
      assert.equal((await getMovements(stack, product)).length, 3);
      assert.equal((await getProduct(stack, product)).unitsSold, 0);
    });
  });

  test('that somebody else has reversed is explained, and shown as it is', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    const { movementId } = await move(stack, product, 5);
    await onPage({ path: pathOf(product) }, async (page, { complaints }) => {
      await page.getByRole('button', { name: /^Reverse: Adjustment/ }).click();
      const question = dialog(page, 'Reverse this movement?');
      await question.waitFor();
      await book(stack, `/movements/${movementId}/reverse`, {}, 'admin');
      await question.getByRole('button', { name: 'Reverse movement' }).click();
      await question.getByText('Somebody reversed this movement before').waitFor();
      await question.getByRole('alert').getByText('undone before').waitFor();
      await question.getByRole('button', { name: 'Close' }).last().click();
      await page.getByText('20 pieces').waitFor();
      await movements(page).nth(1).getByText('Reversed').waitFor();
      complaints.length = 0;
    });
  });
});

describe('Archiving', () => {
  test('is for administrators, says what it means, and leads to the list', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await sell(stack, product, 1);
    await onPage({ user: 'staff', path: pathOf(product) }, async (page) => {
      await page.getByRole('button', { name: 'Edit' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Archive' }).count(), 0);
    });
    await onPage({ user: 'admin', path: pathOf(product) }, async (page) => {
      await page.getByRole('button', { name: 'Archive' }).click();
      const question = dialog(page, `Archive ${product.name}?`);
      await question.getByText('still count in the figures').waitFor();
      await question.getByRole('button', { name: 'Archive product' }).click();
      await page.waitForURL('**/products');
      await page.getByText(`${product.name} is archived`).waitFor();
      assert.equal((await stack.request('GET', pathOf(product), { user: 'staff' })).status, 404);
    });
  });

  test('is not done to a product that was edited since', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ user: 'admin', path: pathOf(product) }, async (page, { complaints }) => {
      await page.getByRole('button', { name: 'Archive' }).click();
      const question = dialog(page, `Archive ${product.name}?`);
      await question.waitFor();
      await stack.request('PATCH', pathOf(product), { user: 'staff', json: { name: `${product.name} II` } });
      await question.getByRole('button', { name: 'Archive product' }).click();
      await question.getByText('Somebody has edited the product since you opened it').waitFor();
      await question.getByRole('button', { name: 'Show it as it is now' }).click();
      await page.getByRole('heading', { level: 1, name: `${product.name} II` }).waitFor();
      assert.equal((await getProduct(stack, product)).version, 2);
      complaints.length = 0;
    });
  });

  test('whose answer was lost is known to be done', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ user: 'admin', path: pathOf(product) }, async (page, { complaints }) => {
      await page.route('**/api/products/*', async (route) => {
        if (route.request().method() !== 'DELETE') return route.fallback();
        await route.fetch();
        await route.abort('connectionreset');
      }, { times: 1 });
      await page.getByRole('button', { name: 'Archive' }).click();
      const confirm = dialog(page, /^Archive/).getByRole('button', { name: 'Archive product' });
      await confirm.click();
      await dialog(page, /^Archive/).getByText('may be archived or not').waitFor();
      await confirm.click();
      await page.waitForURL('**/products');
      complaints.length = 0;
    });
  });
});
