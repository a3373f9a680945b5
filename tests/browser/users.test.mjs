// People: inviting, roles, and who is let in.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { until } from '../http/stack.mjs';
import { colleague, joined } from './colleague.mjs';
import { addressOf, isAccessible, loseAnswer, onPage, openContext, shop, signIn } from './dashboard.mjs';

const admin = (path = '/users', more = {}) => ({ user: 'admin', path, ...more });
const unique = (text) => `${text} ${randomUUID().slice(0, 8)}`;
const rowOf = (page, { email }) => page.getByRole('row').filter({ hasText: email });
const asAdmin = async (stack, method, target, rest) => (await stack.request(method, target, { user: 'admin', ...rest })).json;

/** Changes somebody past the page, as another administrator would. */
async function changeElsewhere(stack, { userId }, json) {
  const { headers } = await stack.request('GET', `/users/${userId}`, { user: 'admin' });
  const answer = await stack.request('PATCH', `/users/${userId}`, { user: 'admin', json, headers: { 'if-match': headers.etag } });
  assert.equal(answer.status, 200, answer.text);
}

/** The dashboard as somebody sees it, in a browser of their own. */
async function asPerson(stack, { email, password }, test_) {
  const context = await openContext();
  try {
    const page = await context.newPage();
    await page.goto(`${addressOf(stack)}/dashboard`);
    await signIn(page, email, password);
    await page.waitForURL('**/dashboard');
    await test_(page);
  } finally {
    await context.close();
  }
}
const showsRail = (page, name, shown) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: true }).waitFor({ state: shown ? 'visible' : 'detached' });

describe('Users', () => {
  test('are invited once, sign in with the mailed password, and have the role they are given from then on', async () => {
    const stack = await shop();
    const email = `ina.${randomUUID()}@example.com`;
    await onPage(admin(), async (page) => {
      await page.getByRole('button', { name: 'Invite somebody' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
      await dialog.getByRole('button', { name: 'Send the invitation' }).click();
      await dialog.getByText('Enter an e-mail address.').waitFor();
      await isAccessible(page);
      await dialog.getByLabel('E-mail').fill(email);
      await dialog.getByRole('textbox', { name: 'Name' }).fill('Ina Invited');
      await dialog.getByLabel('Role').selectOption('staff');
      await dialog.getByRole('button', { name: 'Send the invitation' }).dblclick();
      await page.getByText(`The invitation to ${email} is on its way.`).waitFor();
      await rowOf(page, { email }).getByText('Invited', { exact: true }).waitFor();

      const user = (await asAdmin(stack, 'GET', '/users?limit=1000')).find((each) => each.email === email);
      const person = await joined(stack, user);
      await asPerson(stack, person, async (theirs) => {
        await showsRail(theirs, 'Stock-take', true);
        await showsRail(theirs, 'Users', false);
        await rowOf(page, person).getByRole('button', { name: 'Edit Ina Invited' }).click();
        const edit = page.getByRole('dialog', { name: 'Edit Ina Invited' });
        await edit.getByLabel('Role').selectOption('viewer');
        await edit.getByRole('button', { name: 'Save' }).click();
        await rowOf(page, person).getByText('Viewer', { exact: true }).waitFor();
        // A lower role counts at once.
        await theirs.reload();
        await showsRail(theirs, 'Stock-take', false);
      });
    });
  });

  test('who are given more are told to be waiting for their next sign-in, and get it there', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'viewer', unique('Rita Raised'));
    await person.token();
    await stack.request('GET', '/users/me', { token: await person.token() });
    await onPage(admin(), async (page) => {
      await rowOf(page, person).getByRole('button', { name: `Edit ${person.name}` }).click();
      await page.getByLabel('Role').selectOption('admin');
      await page.getByRole('button', { name: 'Save' }).click();
      const row = rowOf(page, person);
      await row.getByText('Administrator', { exact: true }).waitFor();
      await row.getByText('Still counts as Viewer until their next sign-in.').waitFor();
    });
    await until(async () => (await stack.sql('select 1 from outbox where order_key = $1 and sent_at is null', [`user:${person.userId}`])).length === 0, { what: 'the user pool' });
    await asPerson(stack, person, (page) => showsRail(page, 'Users', true));
  });

  test('have one address each: who has it is said', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'viewer', unique('Tom Taken'));
    await onPage(admin(), async (page, { complaints }) => {
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      await page.getByLabel('E-mail').fill(person.email.toUpperCase());
      await page.getByRole('textbox', { name: 'Name' }).fill('Another');
      await page.getByRole('button', { name: 'Send the invitation' }).click();
      await page.getByText(`It is the address of ${person.name} (Viewer).`).waitFor();
      await page.getByText('Another user has this address.').waitFor();
      await isAccessible(page);
      complaints.length = 0; // the browser reports the 409
    });
  });

  test('that were changed by somebody else are shown in both versions, and nothing entered is lost', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'viewer', unique('Vic Version'));
    const theirs = unique('Vic Elsewhere');
    const mine = unique('Vic Mine');
    await onPage(admin('/users', { scheme: 'dark' }), async (page, { complaints }) => {
      await rowOf(page, person).getByRole('button', { name: `Edit ${person.name}` }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(mine);
      await changeElsewhere(stack, person, { name: theirs, role: 'staff' });
      await page.getByRole('button', { name: 'Save' }).click();
      const conflict = page.getByRole('dialog', { name: 'Somebody else changed this in the meantime' });
      assert.match(await conflict.getByRole('row', { name: /^Name/ }).innerText(), new RegExp(`${mine}\\s+${theirs}`));
      assert.match(await conflict.getByRole('row', { name: /^Role/ }).innerText(), /Viewer\s+Staff/);
      await isAccessible(page);
      await conflict.getByRole('button', { name: 'Save mine over it' }).click();
      await rowOf(page, person).getByText(mine).waitFor();
      const now = await asAdmin(stack, 'GET', `/users/${person.userId}`);
      assert.deepEqual([now.name, now.role], [mine, 'viewer']);
      complaints.length = 0; // the 412
    });
  });

  test('are disabled when that is confirmed, from their next request on, and let in again', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'staff', unique('Dan Disabled'));
    await onPage(admin(), async (page) => {
      await rowOf(page, person).getByRole('button', { name: `Disable ${person.name}` }).click();
      await isAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
      await rowOf(page, person).getByText('Disabled', { exact: true }).waitFor(); // it is the person's name as well
      assert.equal((await asAdmin(stack, 'GET', `/users/${person.userId}`)).disabled, true);
      await rowOf(page, person).getByRole('button', { name: `Let ${person.name} in again` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Let in again' }).click();
      await rowOf(page, person).getByRole('button', { name: `Disable ${person.name}` }).waitFor();
      assert.equal((await asAdmin(stack, 'GET', `/users/${person.userId}`)).disabled, false);
    });
  });

  test('that somebody else changed meanwhile are not disabled before both versions were seen', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'viewer', unique('Max Meanwhile'));
    const theirs = unique('Max Elsewhere');
    await onPage(admin(), async (page, { complaints }) => {
      const disable = async (name) => {
        await rowOf(page, person).getByRole('button', { name: `Disable ${name}` }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).waitFor();
      };
      const confirm = () => page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
      const conflict = page.getByRole('dialog', { name: 'Somebody else changed this in the meantime' });
      const isDisabled = async () => (await asAdmin(stack, 'GET', `/users/${person.userId}`)).disabled;
      await disable(person.name);
      await changeElsewhere(stack, person, { name: theirs, role: 'staff' });
      await confirm();
      assert.match(await conflict.getByRole('row', { name: /^Name/ }).innerText(), new RegExp(`${person.name}\\s+${theirs}`));
      assert.match(await conflict.getByRole('row', { name: /^Role/ }).innerText(), /Viewer\s+Staff/);
      assert.match(await conflict.getByRole('row', { name: /^State/ }).innerText(), /Disabled\s+Active/);
      await isAccessible(page);
      assert.equal(await isDisabled(), false);
      await conflict.getByRole('button', { name: 'Discard mine' }).click();
      await rowOf(page, person).getByText(theirs).waitFor();
      assert.equal(await isDisabled(), false);

      await disable(theirs);
      await changeElsewhere(stack, person, { role: 'viewer' });
      await confirm();
      await conflict.getByRole('button', { name: 'Save mine over it' }).click();
      await rowOf(page, person).getByText('Disabled', { exact: true }).waitFor();
      const now = await asAdmin(stack, 'GET', `/users/${person.userId}`);
      assert.deepEqual([now.name, now.role, now.disabled], [theirs, 'viewer', true]);
      complaints.length = 0; // the 412s
    });
  });

  test('are changed by a second try when the answer to the first was lost', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'staff', unique('Una Unheard'));
    await onPage(admin(), async (page, { complaints }) => {
      await rowOf(page, person).getByRole('button', { name: `Disable ${person.name}` }).click();
      await loseAnswer(page, `**/api/users/${person.userId}`);
      const confirm = page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true });
      await confirm.click();
      await page.getByRole('alert').getByText('did not answer').waitFor();
      await confirm.click();
      await page.getByText(`${person.name} is let in no more.`).waitFor();
      assert.equal((await asAdmin(stack, 'GET', `/users/${person.userId}`)).disabled, true);
      complaints.length = 0; // the browser's word about the lost answer, and the 412
    });
  });

  test('of whom one is the last administrator are told so, and stay as they are', async () => {
    const stack = await shop();
    const person = await colleague(stack, 'admin', unique('Lou Last'));
    const detail = 'This is the last administrator: make somebody else one first.';
    await onPage(admin(), async (page, { complaints }) => {
      // Whoever asks is an administrator too, so it comes of two who disable each other at once.
      await page.route(`**/api/users/${person.userId}`, (route) => route.fulfill({
        status: 409, contentType: 'application/problem+json', json: { type: '/problems/conflict', title: 'Conflict', status: 409, detail, requestId: 'l1', message: detail },
      }));
      await rowOf(page, person).getByRole('button', { name: `Disable ${person.name}` }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
      await page.getByRole('alert').getByText(detail).waitFor();
      await isAccessible(page);
      await page.keyboard.press('Escape');
      await rowOf(page, person).getByRole('button', { name: `Disable ${person.name}` }).waitFor();
      complaints.length = 0; // the 409
    });
  });

  test('do not disable themselves: the API’s own words say so', async () => {
    await onPage(admin(), async (page, { complaints }) => {
      await rowOf(page, { email: 'admin@stockpilot.test' }).getByRole('button', { name: /^Disable/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
      await page.getByRole('alert').getByText('Nobody disables or demotes themselves.').waitFor();
      complaints.length = 0; // the 409
    });
  });

  test('are for administrators', async () => {
    await onPage({ user: 'staff', path: '/users' }, async (page) => {
      await page.getByRole('heading', { name: 'This page is not for your role' }).waitFor();
      assert.equal(await page.getByRole('button', { name: 'Invite somebody' }).count(), 0);
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`are accessible, as cards on a phone too, ${scheme}`, async () => {
      await onPage(admin('/users', { scheme }), async (page) => {
        await page.getByRole('columnheader', { name: 'Role' }).waitFor();
        await isAccessible(page);
        await page.setViewportSize({ width: 320, height: 700 });
        await isAccessible(page);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      });
    });
  }
});
