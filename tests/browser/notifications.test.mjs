// The list of notifications: what is shown, read marks, deleting, the low-stock check, and sending.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { colleague } from './colleague.mjs';
import { isAccessible, loseAnswer, onPage, shop } from './dashboard.mjs';

const unique = (text) => `${text} ${randomUUID().slice(0, 8)}`;

/** A notification for somebody, from an administrator: its record. */
async function sent(stack, to, fields = {}) {
  const { status, json, text } = await stack.request('POST', '/notifications', {
    user: 'admin', json: { type: 'user_activity', title: unique('Shelf moved'), message: 'It stands beside the door now.', userId: to?.userId ?? null, ...fields },
  });
  assert.equal(status, 201, text);
  return json;
}
const listOf = async (stack, person, query = '') => (await stack.request('GET', `/notifications?limit=1000${query}`, { token: await person.token() })).json;
const readMark = async (stack, person, { notificationId }) => (await listOf(stack, person)).find((each) => each.notificationId === notificationId)?.isRead;
const itemOf = (page, { title }) => page.getByRole('listitem').filter({ hasText: title });
const here = (person, path) => ({ user: person.email, password: person.password, path });

describe('Notifications', () => {
  test('are shown with type, recipient and time, and filtered by what the address says', async () => {
    const stack = await shop();
    const person = await colleague(stack);
    const notification = await sent(stack, person);
    await onPage(here(person, '/notifications?type=user_activity&state=unread'), async (page) => {
      const item = itemOf(page, notification);
      assert.match(await item.innerText(), /It stands beside the door now\.[^]*People[^]*For you · /);
      await page.getByLabel('Type').selectOption('system');
      await item.waitFor({ state: 'detached' });
      assert.equal(new URL(page.url()).searchParams.get('type'), 'system');
      await page.getByLabel('Type').selectOption('');
      await item.waitFor();
      await page.getByText('Read', { exact: true }).click();
      await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get('state'), 'read');
    });
  });

  test('are marked read at once, and not when the API says no', async () => {
    const stack = await shop();
    const person = await colleague(stack);
    const notification = await sent(stack, person);
    await onPage(here(person, '/notifications?type=user_activity'), async (page, { complaints }) => {
      const mark = page.getByRole('button', { name: `Mark as read: ${notification.title}` });
      let answer;
      const answered = new Promise((resolve) => { answer = resolve; });
      await page.route('**/api/notifications/*/read', async (route) => {
        await answered;
        await route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: '/problems/service-unavailable', title: 'Away', status: 503, detail: 'The database is away.', requestId: 'r1', message: '' } });
      });
      await mark.click();
      await mark.waitFor({ state: 'detached' }); // though there is no answer yet
      answer();
      await page.getByRole('alert').filter({ hasText: 'Not marked as read: The database is away.' }).waitFor();
      await mark.waitFor();
      complaints.length = 0;
      await page.unroute('**/api/notifications/*/read');
      const marked = page.waitForResponse((response) => response.request().method() === 'PATCH');
      await mark.click();
      await mark.waitFor({ state: 'detached' });
      assert.equal((await marked).status(), 200);
      await page.getByRole('button', { name: `Delete: ${notification.title}` }).waitFor();
      assert.equal(await readMark(stack, person, notification), true);
    });
  });

  test('are all marked read, and those that were are deleted when that is confirmed', async () => {
    const stack = await shop();
    const person = await colleague(stack);
    const [one, other] = [await sent(stack, person), await sent(stack, person)];
    await onPage(here(person, '/notifications'), async (page) => {
      await page.getByRole('button', { name: `Delete: ${one.title}` }).click();
      await itemOf(page, one).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Mark all read' }).click();
      await page.getByRole('link', { name: 'No unread notifications' }).waitFor();
      await page.getByRole('button', { name: 'Delete read' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete all that were read?' });
      await isAccessible(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await itemOf(page, other).waitFor();
      await page.waitForFunction(() => document.activeElement?.textContent === 'Delete read');
      await page.keyboard.press('Enter');
      const { length } = await listOf(stack, person);
      await dialog.getByRole('button', { name: 'Delete read' }).click();
      await page.getByText(length === 1 ? '1 notification was deleted' : `${length} notifications were deleted`).waitFor();
      await page.getByRole('heading', { name: 'No notifications' }).waitFor();
      assert.deepEqual(await listOf(stack, person), []);
    });
  });

  test('arrive without a reload', async () => {
    const stack = await shop();
    const person = await colleague(stack);
    await onPage(here(person, '/notifications?type=user_activity'), async (page) => {
      await page.getByRole('heading', { name: 'Notifications' }).waitFor();
      const notification = await sent(stack, person);
      await itemOf(page, notification).waitFor({ timeout: 40_000 });
    });
  });

  test('of low stock are raised by an administrator, and lead to the product', async () => {
    const stack = await shop();
    const name = unique('Empty shelf');
    // A check tells of a thousand; what other tests left low comes first.
    for (let raised = 1000; raised === 1000;) raised = (await stack.request('POST', '/notifications/check-low-stock?threshold=1', { user: 'admin' })).json.alerts.length;
    // Of a minimum of 0, so that nothing has noticed it yet.
    const { status, text } = await stack.request('POST', '/products', { user: 'staff', form: { name, price: '1.00', stockQuantity: '0', minimumStock: '0' } });
    assert.equal(status, 201, text);
    await onPage({ user: 'admin', path: '/notifications' }, async (page) => {
      await page.getByRole('button', { name: 'Check low stock' }).click();
      const dialog = page.getByRole('dialog', { name: 'Check low stock' });
      await dialog.getByLabel('Threshold').fill('1');
      await page.keyboard.press('Enter');
      const link = dialog.getByRole('link', { name: `Out of stock: ${name}` });
      assert.equal(await link.getAttribute('href'), `/products?search=${encodeURIComponent(name)}`);
      await isAccessible(page);
      await dialog.getByRole('button', { name: 'Run the check' }).click();
      await link.waitFor({ state: 'detached' }); // one alert for each time it runs low
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: `Show the product ${name}` }).waitFor();
    });
  });

  test('are sent to one person by keyboard, once for a double click', async () => {
    const stack = await shop();
    const person = await colleague(stack);
    const title = unique('Key found');
    await onPage({ path: '/notifications', scheme: 'dark' }, async (page) => {
      await page.getByRole('button', { name: 'Send a notification' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Send a notification' });
      await dialog.getByRole('button', { name: 'Send', exact: true }).click();
      await dialog.getByText('Give it a title.').waitFor();
      await isAccessible(page);
      await dialog.getByRole('combobox', { name: 'To' }).fill(person.email);
      await page.getByRole('option').filter({ hasText: person.email }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await dialog.getByLabel('Title').fill(title);
      await dialog.getByLabel('Message').fill('It lay under the till.');
      await dialog.getByRole('button', { name: 'Send', exact: true }).dblclick();
      await page.getByText('Sent.').waitFor();
      const got = (await listOf(stack, person)).filter((each) => each.title === title);
      assert.deepEqual(got.map((each) => [each.type, each.message, each.userId]), [['system', 'It lay under the till.', person.userId]]);
    });
  });

  test('are not sent twice without a word, when the answer is lost', async () => {
    const stack = await shop();
    const title = unique('Lost word');
    const everyones = async () => (await stack.request('GET', '/notifications?limit=1000&type=system', { user: 'staff' })).json.filter((each) => each.title === title);
    await onPage({ path: '/notifications' }, async (page, { complaints }) => {
      await page.getByRole('button', { name: 'Send a notification' }).click();
      const dialog = page.getByRole('dialog', { name: 'Send a notification' });
      await dialog.getByLabel('Title').fill(title);
      await dialog.getByLabel('Message').fill('Nobody knows whether it came.');
      await loseAnswer(page, '**/api/notifications');
      await dialog.getByRole('button', { name: 'Send', exact: true }).click();
      await dialog.getByText('It may have been sent all the same').waitFor();
      await dialog.getByRole('button', { name: 'Send again' }).waitFor();
      await isAccessible(page);
      assert.equal((await everyones()).length, 1, 'the page has sent it again by itself');
      assert.equal(await dialog.getByLabel('Title').inputValue(), title, 'what was written is lost');
      await page.keyboard.press('Escape');
      await page.getByRole('listitem').filter({ hasText: title }).waitFor({ timeout: 40_000 });
      complaints.length = 0; // the browser's word about the answer that was lost
    });
  });

  test('are a viewer’s to read, not to send; what cannot be loaded can be tried again', async () => {
    await onPage({ user: 'viewer', path: '/notifications' }, async (page, { complaints }) => {
      await page.getByRole('button', { name: 'Mark all read' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Send a notification' }).count(), 0);
      assert.equal(await page.getByRole('button', { name: 'Check low stock' }).count(), 0);
      await page.route('**/api/notifications?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: '/problems/service-unavailable', title: 'Away', status: 503, detail: 'The database is away.', requestId: 'abc123', message: '' } }));
      await page.getByLabel('Type').selectOption('system');
      await page.getByText('Request abc123').waitFor();
      complaints.length = 0;
      await page.unroute('**/api/notifications?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('listitem').filter({ hasText: 'Maintenance on Sunday' }).first().waitFor();
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`are accessible and fit a phone, ${scheme}`, async () => {
      await onPage({ path: '/notifications', scheme, phone: true }, async (page) => {
        await page.getByRole('heading', { level: 1, name: 'Notifications' }).waitFor();
        await isAccessible(page);
        await page.setViewportSize({ width: 320, height: 700 });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      });
    });
  }
});
