// Sums, costs and quantities as people of a locale write them, typed and pasted: what is booked is what they meant.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { isAccessible, onPage, shop } from './dashboard.mjs';
import { expensesOf, makeProduct, purchasesOf, salesOf, stockOf } from './records.mjs';

const type = (page, field, text) => field.pressSequentially(text);

async function paste(page, field, text) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((each) => navigator.clipboard.writeText(each), text);
  await field.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
}

// The page behind it has a filter of that name.
const drawerOf = (page) => page.getByRole('dialog', { name: 'New expense' });
const categoryIn = (page) => drawerOf(page).getByRole('combobox', { name: 'Category' });
const amount = (page) => page.getByRole('textbox', { name: 'Amount' });

/** Books an expense whose amount is entered so; gives what the API has then, and what stood in the field before. */
async function spent(settings, enter, text) {
  const category = `Amount ${randomUUID().slice(0, 8)}`;
  let booked;
  await onPage({ path: '/expenses?new=expense', ...settings }, async (page, { stack }) => {
    const drawer = drawerOf(page);
    await categoryIn(page).fill(category);
    await enter(page, amount(page), text);
    await drawer.getByLabel('Note (optional)').focus();
    const shown = await amount(page).inputValue();
    await drawer.getByRole('button', { name: 'Book expense' }).click();
    await page.getByText(new RegExp(`^${category}, .* was booked`)).waitFor();
    booked = { shown, amount: (await expensesOf(stack, category))[0].amount };
  });
  return booked;
}

describe('An amount', () => {
  for (const [locale, enter, text, shown, value] of [
    ['en-US', type, '1,234.50', '1,234.50', 1234.5],
    ['en-US', paste, '1,234', '1,234.00', 1234],
    ['en-US', paste, '$1,234.50', '1,234.50', 1234.5],
    ['de-DE', type, '1.234,50', '1.234,50', 1234.5],
    ['de-DE', type, '12,5', '12,50', 12.5],
    ['de-DE', paste, '1.234', '1.234,00', 1234],
    ['de-DE', paste, '1.234,50', '1.234,50', 1234.5],
  ]) {
    test(`${text}, ${enter === type ? 'typed' : 'pasted'} in ${locale}, is ${value}`, async () => {
      assert.deepEqual(await spent({ locale }, enter, text), { shown, amount: value });
    });
  }

  test('12,5 of a phone whose keys have no other mark is 12.5, whatever the page is in', async () => {
    assert.deepEqual(await spent({ locale: 'en-US', phone: true }, type, '12,5'), { shown: '12.50', amount: 12.5 });
  });

  test('that is none stays as it was typed and is not booked', async () => {
    await onPage({ path: '/expenses?new=expense' }, async (page, { stack }) => {
      const category = `Amount ${randomUUID().slice(0, 8)}`;
      await categoryIn(page).fill(category);
      await amount(page).pressSequentially('1.2.3');
      await amount(page).press('Enter');
      await page.getByText('More than 0, with up to two decimals').waitFor();
      assert.equal(await amount(page).inputValue(), '1.2.3');
      await isAccessible(page);
      await amount(page).fill('12.345');
      await amount(page).press('Enter');
      assert.deepEqual(await expensesOf(stack, category), []);
      await amount(page).fill('12.34');
      await amount(page).press('Enter');
      await page.getByText(`${category}, $12.34 was booked.`).waitFor();
    });
  });
});

describe('A line', () => {
  const pick = async (page, { sku }) => {
    await page.getByRole('dialog').getByRole('combobox', { name: 'Product' }).waitFor();
    await page.keyboard.type(sku);
    await page.keyboard.press('Enter');
  };

  test('of a sale takes a grouped price, and a grouped quantity', async () => {
    const stack = await shop();
    const product = await makeProduct(stack, { stockQuantity: 2000 });
    await onPage({ path: '/sales?new=sale' }, async (page) => {
      await pick(page, product);
      const price = page.getByRole('textbox', { name: `Price of ${product.name}` });
      await price.waitFor();
      assert.equal(await price.inputValue(), '12.50');
      await price.focus();
      await type(page, price, '1,234.50');
      await paste(page, page.getByRole('textbox', { name: `Quantity of ${product.name}` }), '1,002');
      await page.getByRole('button', { name: 'Book sale' }).click();
      await page.getByRole('status').filter({ hasText: 'Last sale' }).getByText('$1,236,969.00').waitFor();
      const [{ lines: [line] }] = await salesOf(stack, product);
      assert.deepEqual([line.unitPrice, line.quantity], [1234.5, 1002]);
    });
  });

  test('of a purchase takes a cost with four decimals after a comma', async () => {
    const stack = await shop();
    const product = await makeProduct(stack);
    await onPage({ path: '/purchases?new=purchase', locale: 'de-DE' }, async (page) => {
      await pick(page, product);
      const cost = page.getByRole('textbox', { name: `Unit cost of ${product.name}` });
      await cost.waitFor();
      await type(page, cost, '1.000,1234');
      await page.getByRole('button', { name: 'Book purchase' }).click();
      await page.getByRole('status').filter({ hasText: 'Last purchase' }).waitFor();
      const [{ lines: [line] }] = await purchasesOf(stack, product);
      assert.equal(line.unitCost, 1000.1234);
    });
  });
});

describe('A product', () => {
  test('with the price 12.50 and the rating 4.0 is saved by Enter', async () => {
    const name = `Amount ${randomUUID().slice(0, 8)}`;
    await onPage({ path: '/products' }, async (page, { stack }) => {
      await page.getByRole('button', { name: 'New product' }).click();
      const drawer = page.getByRole('dialog', { name: 'New product' });
      await drawer.getByLabel('Name').fill(name);
      await type(page, drawer.getByLabel('Rating'), '4.0');
      await type(page, drawer.getByLabel('Opening stock'), '05');
      await type(page, drawer.getByLabel(/^Price/), '12.50');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name }).waitFor();
      const { json } = await stack.request('GET', `/products?search=${encodeURIComponent(name)}`, { user: 'staff' });
      const [{ price, rating, stockQuantity }] = json;
      assert.deepEqual([price, rating, stockQuantity], [12.5, 4, 5]);
    });
  });

  test('is told in our own words what is wrong with its numbers', async () => {
    await onPage({ path: '/products' }, async (page) => {
      await page.getByRole('button', { name: 'New product' }).click();
      const drawer = page.getByRole('dialog', { name: 'New product' });
      await drawer.getByLabel('Name').fill('Never made');
      await drawer.getByLabel('Rating').fill('7');
      await drawer.getByLabel(/^Price/).fill('1.2.3');
      await page.keyboard.press('Enter');
      await drawer.getByText('An amount with up to two decimals').waitFor();
      await drawer.getByText('From 0 to 5, with up to two decimals').waitFor();
      assert.equal(await drawer.getByText(/Invalid|expected/).count(), 0);
      await drawer.getByLabel(/^Price/).fill('0.999');
      await page.keyboard.press('Enter');
      await drawer.getByText('An amount with up to two decimals').waitFor();
      await isAccessible(page);
    });
  });

  test('has its stock adjusted by what was pasted, and by Enter after a leading zero', async () => {
    const stack = await shop();
    const product = await makeProduct(stack, { stockQuantity: 2000 });
    await onPage({ path: `/products/${product.productId}` }, async (page) => {
      const form = page.getByRole('dialog', { name: 'Adjust stock' });
      for (const [enter, text, left] of [[paste, '1,002', 998], [type, '08', 990]]) {
        await page.getByRole('button', { name: 'Adjust stock' }).click();
        await form.getByRole('combobox', { name: 'Reason' }).click();
        await page.getByRole('option', { name: 'Lost' }).click();
        await enter(page, form.getByLabel('Quantity'), text);
        await form.getByLabel('Quantity').press('Enter');
        await form.waitFor({ state: 'detached' });
        assert.equal(await stockOf(stack, product), left);
      }
    });
  });
});
