// Expenses: what was spent on what, booked, edited and voided.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isAccessible, loseAnswer, onPage, shop } from './dashboard.mjs';
import { choosePeriod, problem } from './range.mjs';
import { bookExpense, expensesOf } from './records.mjs';

/** A category that no other test books to. */
const newCategory = () => `Test ${randomUUID().slice(0, 8)}`;
const of = (category) => `/expenses?category=${encodeURIComponent(category)}`;
const amount = (page) => page.getByRole('textbox', { name: 'Amount' });
const row = (page, text) => page.getByRole('row').filter({ hasText: text });

async function fillNew(page, category) {
  // The page behind it has a filter of that name.
  await page.getByRole('dialog', { name: 'New expense' }).getByRole('combobox', { name: 'Category' }).fill(category);
  await amount(page).fill('12.34');
}

async function somebodyElseChanges(stack, expenseId, json) {
  const { headers } = await stack.request('GET', `/expenses/${expenseId}`, { user: 'staff' });
  const { status, text } = await stack.request('PATCH', `/expenses/${expenseId}`, { user: 'admin', json, headers: { 'if-match': headers.etag } });
  assert.equal(status, 200, text);
}

/** Opens the entry of a category, and enters another amount. */
async function editAmount(page, category, text) {
  await page.getByRole('button', { name: new RegExp(`^Edit ${category}`) }).click();
  await amount(page).fill(text);
}

describe('Expenses', () => {
  test('are booked by keyboard alone, on a day of the business', async () => {
    await onPage({ path: '/expenses?new=expense' }, async (page, { stack }) => {
      const category = newCategory();
      await page.getByRole('dialog', { name: 'New expense' }).waitFor();
      await isAccessible(page);
      await page.keyboard.type(category);
      await page.keyboard.press('Tab');
      await page.keyboard.type('19.9');
      await page.getByLabel('Day', { exact: true }).fill('2026-11-02');
      await page.getByLabel('Note (optional)').fill('Stamps');
      await amount(page).press('Enter');
      await page.getByText(`${category}, $19.90 was booked.`).waitFor();
      const [expense] = await expensesOf(stack, category);
      assert.deepEqual([expense.amount, expense.date, expense.note], [19.9, '2026-11-02T00:00:00.000Z', 'Stamps']);
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });
  });

  test('are not booked without a category and an amount', async () => {
    await onPage({ path: '/expenses?new=expense' }, async (page) => {
      await page.getByRole('button', { name: 'Book expense' }).click();
      await page.getByText('Say what it was for').waitFor();
      await page.getByText('More than 0, with up to two decimals').waitFor();
      await isAccessible(page);
    });
  });

  test('are booked once by a double click, and once when the answer is lost', async () => {
    await onPage({ path: '/expenses?new=expense' }, async (page, { stack, complaints }) => {
      const [twice, lost] = [newCategory(), newCategory()];
      await page.getByRole('dialog').waitFor();
      await fillNew(page, twice);
      await page.getByRole('button', { name: 'Book expense' }).dblclick();
      await page.getByText(`${twice}, $12.34 was booked.`).waitFor();
      assert.equal((await expensesOf(stack, twice)).length, 1);
      await page.getByRole('button', { name: 'New expense' }).click();
      await fillNew(page, lost);
      await loseAnswer(page, '**/api/expenses');
      await page.getByRole('button', { name: 'Book expense' }).click();
      await page.getByText('it is booked once, however often you send it').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(`${lost}, $12.34 was booked.`).waitFor();
      assert.equal((await expensesOf(stack, lost)).length, 1);
      complaints.length = 0; // the browser's word about the answer that was lost
    });
  });

  test('are not left with something entered without being asked, new or edited', async () => {
    const stack = await shop();
    const category = newCategory();
    await bookExpense(stack, { category, amount: 10 });
    await onPage({}, async (page) => {
      const form = page.getByRole('dialog', { name: /^(New|Edit) expense/ });
      const question = page.getByRole('dialog', { name: 'Leave without saving?' });
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Expenses' }).click();
      await page.getByRole('button', { name: 'New expense' }).click();
      await fillNew(page, 'Nearly booked');
      await page.keyboard.press('Escape');
      await question.waitFor();
      await isAccessible(page);
      await question.getByRole('button', { name: 'Keep editing' }).click();
      await question.waitFor({ state: 'detached' });
      assert.equal(await amount(page).inputValue(), '12.34');
      await form.getByRole('button', { name: 'Cancel' }).click();
      await question.getByRole('button', { name: 'Discard' }).click();
      await form.waitFor({ state: 'detached' });
      await page.waitForFunction(() => document.activeElement?.textContent === 'New expense');

      await editAmount(page, category, '11');
      await page.evaluate(() => window.history.back());
      await question.getByRole('button', { name: 'Discard' }).click();
      await form.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: new RegExp(`^Edit ${category}`) }).click();
      await amount(page).waitFor();
      await page.keyboard.press('Escape');
      await form.waitFor({ state: 'detached' });
      assert.equal((await expensesOf(stack, category))[0].amount, 10);
    });
  });

  test('are edited, and a conflict shows both versions', async () => {
    const stack = await shop();
    const category = newCategory();
    const { expenseId } = await bookExpense(stack, { category, amount: 10 });
    await onPage({ path: of(category) }, async (page, { complaints }) => {
      await editAmount(page, category, '11');
      await somebodyElseChanges(stack, expenseId, { note: 'By somebody else' });
      await page.getByRole('button', { name: 'Save' }).click();
      const conflict = page.getByRole('dialog', { name: 'Somebody else changed this in the meantime' });
      await conflict.getByRole('row', { name: /Amount \$11\.00 \$10\.00/ }).waitFor();
      await conflict.getByRole('cell', { name: 'By somebody else' }).waitFor();
      await isAccessible(page);
      await conflict.getByRole('button', { name: 'Save mine over it' }).click();
      await page.getByText(`${category}, $11.00 was saved.`).waitFor();
      assert.equal((await expensesOf(stack, category))[0].amount, 11);
      complaints.length = 0; // the browser's word about the 412
    });
  });

  test('are not saved over somebody else’s without a choice: a conflict that is closed is asked of again', async () => {
    const stack = await shop();
    const category = newCategory();
    const { expenseId } = await bookExpense(stack, { category, amount: 10 });
    await onPage({ path: of(category) }, async (page, { complaints }) => {
      await editAmount(page, category, '11');
      await somebodyElseChanges(stack, expenseId, { amount: 15 });
      const conflict = page.getByRole('dialog', { name: 'Somebody else changed this in the meantime' });
      for (let round = 0; round < 2; round += 1) {
        await page.getByRole('button', { name: 'Save' }).click();
        await conflict.waitFor();
        await page.keyboard.press('Escape');
        await conflict.waitFor({ state: 'detached' });
      }
      assert.equal((await expensesOf(stack, category))[0].amount, 15);
      complaints.length = 0; // the browser's word about the 412s
    });
  });

  test('are saved by a second try when the answer to the first was lost, without a conflict with oneself', async () => {
    const stack = await shop();
    const category = newCategory();
    await bookExpense(stack, { category, amount: 10 });
    await onPage({ path: of(category) }, async (page, { complaints }) => {
      await editAmount(page, category, '11');
      await loseAnswer(page, '**/api/expenses/*-*');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alert').getByText('did not answer').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(`${category}, $11.00 was saved.`).waitFor();
      assert.equal((await expensesOf(stack, category))[0].amount, 11);
      complaints.length = 0; // the browser's word about the lost answer, and the 412
    });
  });

  test('take what somebody else has saved, when that is chosen', async () => {
    const stack = await shop();
    const category = newCategory();
    const { expenseId } = await bookExpense(stack, { category, amount: 10 });
    await onPage({ path: of(category) }, async (page, { complaints }) => {
      await editAmount(page, category, '11');
      await somebodyElseChanges(stack, expenseId, { amount: 15 });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Discard mine' }).click();
      await page.getByRole('dialog', { name: 'Somebody else' }).waitFor({ state: 'detached' });
      assert.equal(await amount(page).inputValue(), '15.00');
      complaints.length = 0; // the browser's word about the 412
    });
  });

  test('are voided after a question, and after another when somebody else has changed it', async () => {
    const stack = await shop();
    const category = newCategory();
    const { expenseId } = await bookExpense(stack, { category, amount: 10 });
    await onPage({ path: of(category) }, async (page, { complaints }) => {
      await page.getByRole('button', { name: new RegExp(`^Void ${category}`) }).click();
      await page.getByRole('dialog', { name: 'Void this expense?' }).waitFor();
      await isAccessible(page);
      await somebodyElseChanges(stack, expenseId, { amount: 15 });
      await page.getByRole('button', { name: 'Void expense' }).click();
      await page.getByText(/It is now: .*\$15\.00/).waitFor();
      assert.equal((await expensesOf(stack, category)).length, 1);
      await page.getByRole('button', { name: 'Void expense' }).click();
      await page.getByText('The expense was voided.').waitFor();
      assert.deepEqual(await expensesOf(stack, category), []);
      await page.getByText('No expense of this category in these days.').waitFor();
      complaints.length = 0; // the browser's word about the 412
    });
  });

  test('are shown by category and saved as CSV', async () => {
    const stack = await shop();
    const category = newCategory();
    await bookExpense(stack, { category, amount: 3.21, note: 'One' });
    await onPage({ user: 'viewer', path: of(category) }, async (page) => {
      await row(page, '$3.21').getByText(category).waitFor();
      assert.equal(await page.getByRole('combobox', { name: 'Category' }).inputValue(), category);
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export CSV' }).click();
      const file = await saved;
      assert.equal(file.suggestedFilename(), 'entries.csv');
      const rows = (await fs.readFile(await file.path(), 'utf8')).trim().split('\n');
      assert.equal(rows.length, 2);
    });
  });

  test('say why they are not there, and what to do where there are none', async () => {
    await onPage({ path: '/expenses' }, async (page, { complaints }) => {
      await page.route('**/api/expenses/entries?*', (route) => route.fulfill(problem));
      await choosePeriod(page, 'Last 90 days', 'range=90');
      await page.getByText('This could not be loaded').waitFor();
      await page.unroute('**/api/expenses/entries?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('table', { name: 'Entries, newest day first' }).waitFor();
      complaints.length = 0;
      await page.goto(`${new URL(page.url()).origin}/expenses?from=2001-01-01&to=2001-01-31`);
      await page.getByRole('heading', { name: 'No expenses in these days' }).waitFor();
      await isAccessible(page);
    });
  });

  test('are for viewers to look at, and no more', async () => {
    await onPage({ user: 'viewer', path: '/expenses?new=expense' }, async (page) => {
      await page.getByRole('table', { name: 'Entries, newest day first' }).waitFor();
      assert.equal(await page.getByRole('button', { name: /^(New expense|Edit|Void)/ }).count(), 0);
      assert.equal(await page.getByRole('dialog').count(), 0);
    });
  });
});
