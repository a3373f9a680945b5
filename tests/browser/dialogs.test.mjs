// Every dialog, drawer and menu as it opens: it has the keyboard, nothing for axe to find, and goes with Escape.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../http/stack.mjs';
import { colleague } from './colleague.mjs';
import { addressOf, isAccessible, isAlive, openContext, shop, signIn } from './dashboard.mjs';
import { fits } from './range.mjs';
import { bookExpense, bookPurchase, bookSale, makeProduct } from './records.mjs';

const press = (name) => (page) => page.getByRole('button', { name }).first().click();
const fillIn = (label, text) => (page) => page.getByRole('dialog').getByLabel(label).first().fill(text);
const key = (name) => (page) => page.keyboard.press(name);

/** What the dialogs are about: the records of this file alone. */
async function makeRecords(stack) {
  const product = await makeProduct(stack, { minimumStock: 12 });
  const lines = [{ productId: product.productId, quantity: 1 }];
  const [sale, purchase] = [await bookSale(stack, lines), await bookPurchase(stack, { lines: [{ ...lines[0], unitCost: 2 }] })];
  const category = `Dialogs ${product.sku}`;
  await bookExpense(stack, { category, amount: 10 });
  return { product, sale, purchase, category, person: await colleague(stack, 'viewer', `Kim ${product.sku}`) };
}

/** `steps` lead from the page to what is looked at, which is called `name`; a `menu` has that role. */
const dialogsOf = ({ product, sale, purchase, category, person }) => {
  const ofProduct = `/products/${product.productId}`;
  const inventory = `/inventory?search=${product.sku}`;
  const expenses = `/expenses?category=${encodeURIComponent(category)}`;
  return [
    { what: 'a new product', path: '/products?new=product', name: 'New product' },
    { what: 'a new product with faults', path: '/products?new=product', steps: [press('Create product')], name: 'New product' },
    { what: 'the question before leaving', path: '/products?new=product', steps: [fillIn('Name', 'Nearly'), key('Escape')], name: 'Leave without saving?' },
    { what: 'an edit', path: ofProduct, steps: [press('Edit')], name: `Edit ${product.name}` },
    { what: 'an adjustment', path: ofProduct, steps: [press('Adjust stock')], name: 'Adjust stock' },
    { what: 'archiving', path: ofProduct, steps: [press('Archive')], name: `Archive ${product.name}?` },
    { what: 'an image', path: ofProduct, steps: [press('Add image')], name: 'Product image' },
    { what: 'reversing a movement', path: ofProduct, steps: [press(/^Reverse: Sale/)], name: /^Reverse/ },
    { what: 'an import', path: '/inventory', steps: [press('Import CSV')], name: 'Import products' },
    { what: 'many adjustments', path: inventory, steps: [(page) => page.getByRole('checkbox', { name: `Select ${product.name}` }).check(), press('Adjust stock')], name: 'Adjust stock' },
    { what: 'a new sale', path: '/sales?new=sale', name: 'New sale' },
    { what: 'a new sale with a line', path: '/sales?new=sale', steps: [(page) => page.getByRole('combobox', { name: 'Product' }).last().fill(product.sku), key('Enter'), (page) => page.getByRole('dialog').getByText(product.name).first().waitFor()], name: 'New sale' },
    { what: 'a sale', path: `/sales?sale=${sale.saleId}`, name: /^Sale of / },
    { what: 'reversing a line', path: `/sales?sale=${sale.saleId}`, steps: [press(`Reverse ${product.name}`)], name: 'Reverse this line of the sale?' },
    { what: 'a new purchase', path: `/purchases?new=${product.productId}`, name: 'New purchase' },
    { what: 'a purchase', path: `/purchases?purchase=${purchase.purchaseId}`, name: /^Purchase of / },
    { what: 'a new expense', path: '/expenses?new=expense', name: 'New expense' },
    { what: 'an edited expense', path: expenses, steps: [press(/^Edit /)], name: 'Edit expense' },
    { what: 'voiding', path: expenses, steps: [press(/^Void /)], name: 'Void this expense?' },
    { what: 'sending a notification', path: '/notifications', steps: [press('Send a notification')], name: 'Send a notification' },
    { what: 'the check for low stock', path: '/notifications', steps: [press('Check low stock')], name: 'Check low stock' },
    { what: 'deleting what was read', path: '/notifications', steps: [press('Delete read')], name: 'Delete all that were read?' },
    { what: 'an invitation', path: '/users', steps: [press('Invite somebody')], name: 'Invite somebody' },
    { what: 'a role', path: '/users', steps: [press(`Edit ${person.name}`)], name: `Edit ${person.name}` },
    { what: 'disabling', path: '/users', steps: [press(`Disable ${person.name}`)], name: `Disable ${person.name}` },
    { what: 'the command palette', path: '/dashboard', steps: [press(/^Search or go to/)], name: 'Command palette' },
    { what: 'the account', path: '/dashboard', steps: [press(/^Account/)], menu: true },
  ];
};

const hasKeyboard = (opened) => until(() => opened.evaluate((element) => element.contains(document.activeElement)), { what: 'the focus in it' });

async function opensWell(page, origin, { path, steps = [], name, menu }) {
  await page.goto(origin + path);
  await isAlive(page);
  for (const step of steps) await step(page);
  const opened = menu ? page.getByRole('menu') : page.getByRole('dialog', { name });
  await opened.waitFor();
  await hasKeyboard(opened);
  await isAccessible(page);
  await fits(page);
  await page.keyboard.press('Escape');
  await opened.waitFor({ state: 'detached' });
}

// Named before there are records, so that each is a test of its own.
const NOTHING = { product: {}, sale: {}, purchase: {}, category: '', person: {} };

for (const { scheme, phone } of [{ scheme: 'light', phone: false }, { scheme: 'dark', phone: true }]) {
  describe(`What opens over a page in the ${scheme}, on a ${phone ? 'phone' : 'laptop'}`, () => {
    let stack;
    let context;
    let page;
    let dialogs;

    before(async () => {
      stack = await shop();
      dialogs = dialogsOf(await makeRecords(stack));
      context = await openContext({ scheme, phone });
      page = await context.newPage();
      await page.goto(`${addressOf(stack)}/dashboard`);
      await signIn(page, 'admin');
      await page.waitForURL(`${addressOf(stack)}/dashboard`);
    });
    after(() => context?.close());

    for (const [i, { what }] of dialogsOf(NOTHING).entries()) {
      test(`${what} has the keyboard, is accessible, and goes with Escape`, () => opensWell(page, addressOf(stack), dialogs[i]));
    }
  });
}
