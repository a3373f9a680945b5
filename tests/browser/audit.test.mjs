// The audit trail: who changed what, found by table, person, day and record, and read field by field.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { colleague } from './colleague.mjs';
import { isAccessible, isAlive, onPage, shop } from './dashboard.mjs';

const unique = (text) => `${text} ${randomUUID().slice(0, 8)}`;

/** Somebody who was invited by Ada Admin, and then changed their own name. */
async function renamed(stack) {
  const before = unique('Tess Traced');
  const person = await colleague(stack, 'staff', before);
  const token = await person.token();
  await stack.request('GET', '/users/me', { token });
  const name = unique('Tess Renamed');
  const answer = await stack.request('PATCH', '/users/me', { token, json: { name } });
  assert.equal(answer.status, 200, answer.text);
  return { ...person, before, name, requestId: answer.headers['x-request-id'] };
}

/** The change that somebody made of their own record: both are called by that name. */
const ownChange = (page, { name }) => page.getByRole('listitem').filter({ hasText: new RegExp(`User\\s+${name}\\s*${name}`) });
/** What an administrator did with it. */
const invitation = (page, { before }) => page.getByRole('listitem').filter({ hasText: new RegExp(`Added\\s*User\\s+${before}\\s*Ada Admin`) });

describe('The audit trail', () => {
  test('shows the fields that a change changed, before and after, and by which request', async () => {
    const stack = await shop();
    const person = await renamed(stack);
    await onPage({ user: 'admin', path: '/audit?table=users' }, async (page) => {
      const change = ownChange(page, person);
      await change.locator('summary').press('Enter');
      assert.match((await change.getByRole('row', { name: /^name/ }).innerText()).replaceAll(/\s+/g, ' '), new RegExp(`^name ${person.before} ${person.name}$`));
      assert.equal(await change.getByRole('row', { name: /^email/ }).count(), 0, 'what did not change');
      await change.getByText(person.requestId).waitFor();
      await isAccessible(page);
      await change.getByRole('button', { name: 'Everything about this record' }).click();
      await page.waitForFunction((id) => new URLSearchParams(window.location.search).get('record') === id, person.userId);
      await invitation(page, person).waitFor();
      await page.reload();
      await isAlive(page);
      await invitation(page, person).waitFor();
      await page.getByRole('button', { name: 'Leave this record, clear filters' }).click();
      await page.getByRole('button', { name: 'Load more' }).waitFor();
      assert.equal(new URL(page.url()).search, '');
    });
  });

  test('is filtered by table, person and days, which stand in the address', async () => {
    const stack = await shop();
    const person = await renamed(stack);
    const { json: { businessDay } } = await stack.request('GET', '/settings', { user: 'admin' });
    const today = businessDay.slice(0, 10);
    const yesterday = new Date(new Date(today).getTime() - 86400_000).toISOString().slice(0, 10);
    await onPage({ user: 'admin', path: `/audit?table=users&from=${today}&to=${today}` }, async (page, { complaints }) => {
      await invitation(page, person).waitFor();
      await page.getByLabel('Who').selectOption(person.userId);
      await invitation(page, person).waitFor({ state: 'detached' });
      await ownChange(page, person).waitFor();
      await page.getByLabel('What').selectOption('expenses');
      await page.getByRole('heading', { name: 'Nothing was changed' }).waitFor();
      assert.deepEqual([...new URL(page.url()).searchParams.keys()].sort(), ['from', 'person', 'table', 'to']);
      await page.getByLabel('To').fill(yesterday);
      await page.getByText('This day lies before the first.').waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('button', { name: 'Load more' }).waitFor();
      complaints.length = 0; // the API refuses a range that goes backwards
    });
  });

  test('goes on as far as one asks', async () => {
    await onPage({ user: 'admin', path: '/audit?table=expenses' }, async (page) => {
      await page.getByRole('button', { name: 'Load more' }).waitFor();
      const before = await page.locator('details').count();
      await page.getByRole('button', { name: 'Load more' }).click();
      await page.waitForFunction((count) => document.querySelectorAll('details').length > count, before);
    });
  });

  test('says what is wrong when it cannot be loaded, and is tried again; and that nothing is found', async () => {
    await onPage({ user: 'admin', path: '/audit' }, async (page, { complaints }) => {
      await page.route('**/api/audit?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: '/problems/service-unavailable', title: 'Away', status: 503, detail: 'The database is away.', requestId: 'abc123', message: '' } }));
      await page.getByLabel('What').selectOption('sales');
      await page.getByText('Request abc123').waitFor();
      complaints.length = 0;
      await page.unroute('**/api/audit?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('Request abc123').waitFor({ state: 'detached' });
      await page.getByLabel('From').fill('2001-01-01');
      await page.getByLabel('To').fill('2001-01-02');
      await page.getByRole('heading', { name: 'Nothing was changed' }).waitFor();
    });
  });

  test('is for administrators', async () => {
    await onPage({ user: 'staff', path: '/audit' }, (page) => page.getByRole('heading', { name: 'This page is not for your role' }).waitFor());
  });

  for (const scheme of ['light', 'dark']) {
    test(`is accessible and fits a phone, ${scheme}`, async () => {
      await onPage({ user: 'admin', path: '/audit', scheme, phone: true }, async (page) => {
        await page.locator('summary').first().click();
        await page.getByRole('region', { name: 'What was changed' }).waitFor();
        await isAccessible(page);
        await page.setViewportSize({ width: 320, height: 700 });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      });
    });
  }
});
