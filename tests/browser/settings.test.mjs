// Settings: one's own name, look, locale and alerts; and what the business has.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { startPrivateStack, until } from '../http/stack.mjs';
import { colleague } from './colleague.mjs';
import { addressOf, isAccessible, isAlive, onPage, openContext, shop, signIn } from './dashboard.mjs';

const here = (person, more = {}) => ({ user: person.email, password: person.password, path: '/settings', ...more });
const accountOf = async (stack, person) => (await stack.request('GET', '/users/me', { token: await person.token() })).json;
const scheme = (page) => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);

describe('Settings', () => {
  test('keep one’s own name', async () => {
    const stack = await shop();
    const person = await colleague(stack);
    const name = `Kim ${randomUUID().slice(0, 8)}`;
    await onPage(here(person), async (page) => {
      await page.getByLabel('Name').fill(' ');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Enter a name.').waitFor();
      await page.getByLabel('Name').fill(name);
      await page.keyboard.press('Enter');
      await page.getByText('Saved.').waitFor();
      await page.getByRole('button', { name: `Account: ${name}` }).waitFor();
      assert.equal((await accountOf(stack, person)).name, name);
    });
  });

  test('show a choice about alerts at once, and take it back when the API says no', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'viewer');
    await onPage(here(person), async (page, { complaints }) => {
      let answer;
      const answered = new Promise((resolve) => { answer = resolve; });
      await page.route('**/api/users/me', async (route) => {
        if (route.request().method() !== 'PATCH') return route.continue();
        await answered;
        return route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: '/problems/service-unavailable', title: 'Away', status: 503, detail: 'The database is away.', requestId: 'r1', message: '' } });
      });
      await page.getByRole('radio', { name: 'Once a day' }).check();
      await page.getByLabel('Hour').waitFor(); // though there is no answer yet
      answer();
      await page.getByRole('alert').filter({ hasText: 'Not saved: The database is away.' }).waitFor();
      await page.getByLabel('Hour').waitFor({ state: 'detached' });
      assert.ok(await page.getByRole('radio', { name: 'No mail' }).isChecked());
      complaints.length = 0;
      await page.unroute('**/api/users/me');
      await page.getByRole('radio', { name: 'Once a day' }).check();
      const saved = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.request().postData().includes('digestHour'));
      await page.getByLabel('Hour').selectOption({ label: '5:00 PM' });
      await saved;
      const { alertDelivery, digestHour } = await accountOf(stack, person);
      assert.deepEqual([alertDelivery, digestHour], ['digest', 17]);
    });
  });

  test('keep the theme and how close rows stand over a reload', async () => {
    await onPage({ path: '/settings' }, async (page) => {
      assert.equal(await scheme(page), 'light');
      await page.getByText('Dark', { exact: true }).click();
      await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'dark');
      await page.getByText('Compact', { exact: true }).click();
      await page.waitForFunction(() => document.documentElement.dataset.density === 'compact');
      await page.reload();
      await isAlive(page);
      assert.equal(await scheme(page), 'dark');
      assert.equal(await page.evaluate(() => document.documentElement.dataset.density), 'compact');
      assert.ok(await page.getByRole('radio', { name: 'Dark' }).isChecked());
      await page.getByText('As the system', { exact: true }).click();
      await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === 'light');
    });
  });

  test('keep the locale: numbers, sums and days are written as people there write them, on every page', async () => {
    await onPage({ path: '/settings' }, async (page, { context }) => {
      const value = (name) => page.getByText(name, { exact: true }).first().locator('xpath=following-sibling::dd');
      assert.equal(await value('A number').innerText(), '1,234.5');
      await page.getByLabel('Numbers, dates and sums').selectOption('de-DE');
      await page.waitForFunction(() => [...document.querySelectorAll('dd')].some((each) => each.textContent === '1.234,5'));
      assert.match(await value('A sum').innerText(), /^1\.234,50\s\$$/);
      const cookie = (await context.cookies(page.url())).find((each) => each.name === 'stockpilot-locale');
      assert.deepEqual([cookie.value, cookie.sameSite, cookie.secure], ['de-DE', 'Lax', true]);
      assert.ok(cookie.expires > Date.now() / 1000 + 360 * 86400);
      await page.reload();
      await isAlive(page);
      assert.equal(await value('A number').innerText(), '1.234,5');
      await page.getByLabel('Numbers, dates and sums').selectOption('');
      await page.waitForFunction(() => [...document.querySelectorAll('dd')].some((each) => each.textContent === '1,234.5'));
    });
  });

  test('show what the business has, and lead to the API’s documentation', async () => {
    const stack = await shop();
    const { json } = await stack.request('GET', '/settings', { user: 'viewer' });
    await onPage({ user: 'viewer', path: '/settings' }, async (page) => {
      for (const each of [json.currency, json.businessTimeZone]) await page.getByText(each, { exact: true }).first().waitFor();
      for (const name of ['Documentation of the API', 'OpenAPI description']) {
        const address = await page.getByRole('link', { name }).getAttribute('href');
        assert.equal(new URL(address).origin, new URL(stack.url).origin);
        assert.equal((await stack.request('GET', new URL(address).pathname)).status, 200);
      }
    });
  });

  test('of an account in no group are a viewer’s, where viewers are what such accounts count as', async () => {
    await onPage({ user: 'nogroup', path: '/settings' }, async (page) => {
      const value = (name) => page.getByText(name, { exact: true }).first().locator('xpath=following-sibling::dd');
      assert.equal(await value('Role').innerText(), 'Viewer');
      assert.equal(await value('E-mail').innerText(), 'Not known');
      assert.equal(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /Stock-take|Users|Audit/ }).count(), 0);
      await isAccessible(page);
    });
  });

  for (const device of ['light', 'dark']) {
    test(`are accessible and fit a phone, ${device}`, async () => {
      const stack = await shop();
      const person = await colleague(stack);
      await stack.request('PATCH', '/users/me', { token: await person.token(), json: { alertDelivery: 'digest' } });
      await onPage(here(person, { scheme: device, phone: true }), async (page) => {
        await page.getByLabel('Hour').waitFor();
        await isAccessible(page);
        await page.setViewportSize({ width: 320, height: 700 });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      });
    });
  }
});

describe('An account in no group, where such accounts have no role', () => {
  let strict;
  before(async () => { strict = await startPrivateStack({ configuration: { DEFAULT_ROLE: 'none' }, environment: { STOCKPILOT_DASHBOARD: 'yes' } }); });
  after(() => strict?.stop());

  /** Signed in as nobody of the shop, at the settings; fails when a script has. */
  async function outside(settings, test_) {
    const context = await openContext(settings);
    try {
      const page = await context.newPage();
      const faults = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(`${addressOf(strict)}/settings`);
      await signIn(page, 'nogroup');
      await page.getByRole('heading', { level: 1, name: 'You have no access to this shop' }).waitFor();
      await test_(page);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  }

  for (const scheme of ['light', 'dark']) {
    test(`is told so on every page, with who can change it and the way out, ${scheme}`, async () => {
      await outside({ scheme, phone: scheme === 'dark' }, async (page) => {
        await page.getByText('An administrator of the shop can let you in').waitFor();
        await isAccessible(page);
        for (const path of ['/dashboard', '/inventory', '/products', '/sales', '/purchases', '/expenses', '/count', '/notifications', '/users', '/audit', '/settings']) {
          await page.goto(addressOf(strict) + path);
          await page.getByRole('heading', { level: 1, name: 'You have no access to this shop' }).waitFor();
          assert.equal(await page.getByRole('navigation').count(), 0, `${path} is around nothing`);
        }
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.waitForURL(`${addressOf(strict)}/`);
      });
    });
  }

  test('is let in by an administrator, from the next sign-in on, and has settings then', async () => {
    await outside({}, async (page) => {
      await onPage({ of: strict, user: 'admin', path: '/users' }, async (admins) => {
        // Their account is the pool's already: it is given a role by its address.
        await admins.getByRole('button', { name: 'Invite somebody' }).click();
        await admins.getByLabel('E-mail').fill('nogroup@stockpilot.test');
        await admins.getByRole('textbox', { name: 'Name' }).fill('Nora Nogroup');
        await admins.getByLabel('Role').selectOption('staff');
        await admins.getByRole('button', { name: 'Send the invitation' }).click();
        await admins.getByRole('row').filter({ hasText: 'nogroup@stockpilot.test' }).waitFor();
      });
      const unsent = () => strict.sql('select 1 from outbox where sent_at is null');
      await until(async () => (await unsent()).length === 0, { what: 'the user pool' });
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(`${addressOf(strict)}/`);
      await page.goto(`${addressOf(strict)}/settings`);
      await signIn(page, 'nogroup');
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Stock-take' }).waitFor();
    });
  });
});
