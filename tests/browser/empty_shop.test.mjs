// A shop on its first day: each page says what is not there yet, and its first action leads to where it is done.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startPrivateStack } from '../http/stack.mjs';
import { isAccessible, onPage } from './dashboard.mjs';
import { fits } from './range.mjs';

let stack;

before(async () => {
  stack = await startPrivateStack({ environment: { STOCKPILOT_DASHBOARD: 'yes' } });
});
after(() => stack?.stop());

/** The page of somebody of the empty shop. */
const inEmptyShop = (settings, test_) => onPage({ of: stack, ...settings }, test_);

/** `says` is the heading; `acts` what is offered below it to those who may, and `opens` the dialog that it leads to, at `at`. */
const PAGES = [
  { path: '/dashboard', says: 'No products yet', acts: 'Add the first product', opens: 'New product', at: '/products?new=product' },
  { path: '/products', says: 'No products yet', acts: 'New product', opens: 'New product', at: '/products?new=product' },
  { path: '/inventory', says: 'No products yet', acts: 'Add a product', opens: 'New product', at: '/products?new=product' },
  { path: '/sales', says: 'No sales in these days', acts: 'New sale', opens: 'New sale', at: '/sales?new=sale' },
  { path: '/purchases', says: 'No purchases in these days', acts: 'New purchase', opens: 'New purchase', at: '/purchases?new=purchase' },
  { path: '/expenses', says: 'No expenses in these days', acts: 'New expense', opens: 'New expense', at: '/expenses?new=expense' },
  { path: '/count', says: 'Nothing to count yet', acts: 'Add the first product', opens: 'New product', at: '/products?new=product', staffOnly: true },
  { path: '/notifications', says: 'No notifications', acts: 'Send a notification', opens: 'Send a notification', at: '/notifications' },
];

/** What stands in the place of a list without a row, with what is offered there. */
const emptyState = (page, title) => page.getByRole('heading', { level: 2, name: title }).locator('..');
const actions = (state) => state.locator('a, button');

describe('In a shop without anything', () => {
  for (const { path, says, acts, opens, at } of PAGES) {
    test(`${path} says so, and leads to the first that there is to do`, async () => {
      await inEmptyShop({ path }, async (page) => {
        await actions(emptyState(page, says)).filter({ hasText: acts }).click();
        await page.getByRole('dialog', { name: opens }).waitFor();
        const { pathname, search } = new URL(page.url());
        assert.equal(pathname + search, at);
        await isAccessible(page);
      });
    });
  }

  for (const { path, says } of PAGES.filter(({ staffOnly }) => !staffOnly)) {
    test(`${path} says so to a viewer too, and offers nothing that a viewer may not do`, async () => {
      await inEmptyShop({ user: 'viewer', path }, async (page) => {
        await emptyState(page, says).waitFor();
        assert.equal(await actions(emptyState(page, says)).count(), 0);
      });
    });
  }

  test('the form of a new product opens by its address for those who may add one, and goes with it', async () => {
    await inEmptyShop({ path: '/products?new=product' }, async (page) => {
      await page.getByRole('dialog', { name: 'New product' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(new URL(page.url()).search, '');
    });
    await inEmptyShop({ user: 'viewer', path: '/products?new=product' }, async (page) => {
      await emptyState(page, 'No products yet').waitFor();
      assert.equal(await page.getByRole('dialog').count(), 0);
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`every page is accessible and fits a phone, ${scheme}`, async () => {
      await inEmptyShop({ scheme, phone: true }, async (page) => {
        for (const { path, says } of PAGES) {
          await page.goto(new URL(path, page.url()).href);
          await emptyState(page, says).waitFor();
          await isAccessible(page);
          await page.setViewportSize({ width: 320, height: 800 });
          await fits(page);
        }
      });
    });
  }

  test('the first product ends it: the pages that had none have it', async () => {
    await inEmptyShop({ path: '/dashboard' }, async (page) => {
      await page.getByRole('link', { name: 'Add the first product' }).click();
      const form = page.getByRole('dialog', { name: 'New product' });
      await form.getByLabel('Name').fill('First lamp');
      await form.getByLabel(/^Price/).fill('20');
      await form.getByLabel('Opening stock').fill('30');
      await form.getByRole('button', { name: 'Create product' }).click();
      await page.getByRole('heading', { level: 1, name: 'First lamp' }).waitFor();
      const goTo = (name) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
      await goTo('Dashboard');
      await page.getByRole('heading', { name: 'Nothing runs low' }).waitFor();
      await goTo('Inventory');
      await page.getByRole('row').filter({ hasText: 'First lamp' }).waitFor();
      await goTo('Stock-take');
      await page.getByLabel('Category to walk through').waitFor();
    });
  });
});
