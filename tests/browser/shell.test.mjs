// What is around every page: the rail, the palette, theme and density, the bell, and what a page says when it is cut off.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createProduct, unique } from '../http/records.mjs';
import { repository, until } from '../http/stack.mjs';
import { UserPool } from '../http/user_pool.mjs';
import { addressOf, isAccessible, onPage, openContext, shop, signIn } from './dashboard.mjs';
import { environmentOf } from './dashboard_environment.mjs';
import { freePort } from './free-port.mjs';

const ACCESS = '__Host-stockpilot-access';
const REFRESH = '__Host-stockpilot-refresh';

const rail = (page) => page.getByRole('navigation', { name: 'Main' });
const html = (page) => page.locator('html');

/** As if its tab was come back to, until something is seen: a page hears nothing before its scripts run. */
const comesBackUntil = (page, probe, what) => until(async () => {
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  return probe();
}, { deadline: 15_000, what });

/** Opens the palette, whose shortcut is heard as soon as the page's scripts run. */
async function openPalette(page) {
  const dialog = page.getByRole('dialog');
  await until(async () => {
    await page.keyboard.press('Control+k');
    return dialog.waitFor({ timeout: 1000 }).then(() => true, () => false);
  }, { deadline: 15_000, what: 'the palette' });
  return dialog;
}

describe('The rail', () => {
  const everyone = ['Dashboard', 'Inventory', 'Products', 'Sales', 'Purchases', 'Expenses', 'Notifications', 'Settings'];
  for (const [user, more] of [['viewer', []], ['staff', ['Stock-take']], ['admin', ['Stock-take', 'Users', 'Audit trail']]]) {
    test(`shows ${user} the pages of that role, and where one is`, async () => {
      await onPage({ user }, async (page) => {
        assert.deepEqual((await rail(page).getByRole('link').allTextContents()).sort(), [...everyone, ...more].sort());
        assert.equal(await rail(page).locator('[aria-current="page"]').textContent(), 'Dashboard');
      });
    });
  }

  test('is out of sight and of reach on a phone until it is opened', async () => {
    await onPage({ phone: true }, async (page) => {
      const link = rail(page).getByRole('link', { name: 'Dashboard' });
      assert.equal(await link.count(), 0, 'Tab stops at links that nobody sees');
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await link.waitFor();
      await isAccessible(page);
      await page.keyboard.press('Escape');
      await link.waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await link.click();
      await link.waitFor({ state: 'hidden' });
    });
  });

  test('is skipped by whoever wants the content', async () => {
    await onPage({}, async (page) => {
      await page.keyboard.press('Tab');
      const skip = page.getByRole('link', { name: 'Skip to content' });
      assert.ok(await skip.evaluate((link) => link === document.activeElement));
      await page.keyboard.press('Enter');
      await until(() => page.evaluate(() => document.activeElement.id === 'content'), { what: 'the focus in the content' });
    });
  });
});

describe('The command palette', () => {
  test('finds a page by keyboard alone', async () => {
    await onPage({}, async (page) => {
      await openPalette(page);
      await page.keyboard.type('dash');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.match(page.url(), /\/dashboard$/);
    });
  });

  test('finds every product that the API finds, and goes to it', async () => {
    const stack = await shop();
    const product = await createProduct({ name: unique('Palette lamp'), sku: unique('PL').toUpperCase() }, stack);
    await onPage({ of: stack }, async (page, { complaints }) => {
      const dialog = await openPalette(page);
      // In other letters, and with more around it.
      await page.keyboard.type(`  ${product.name.toUpperCase()} `);
      await dialog.getByRole('button', { name: product.name }).or(dialog.getByRole('option', { name: product.name })).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/products/${product.productId}`);
      complaints.length = 0; // its own tests look at that page
    });
  });

  for (const scheme of ['light', 'dark']) {
    test(`opens with its button, is accessible in the ${scheme}, and says when nothing is found`, async () => {
      await onPage({ scheme }, async (page) => {
        await page.getByRole('button', { name: /^Search or go to/ }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('Inventory').waitFor();
        await isAccessible(page);
        await page.keyboard.type(unique('nothing is called'));
        await dialog.getByText('Nothing found').waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
      });
    });
  }

  test('offers nobody what is not for their role', async () => {
    await onPage({ user: 'viewer' }, async (page) => {
      const dialog = await openPalette(page);
      await dialog.getByText('Inventory').waitFor();
      assert.equal(await dialog.getByText(/Users|Audit|Stock-take/).count(), 0);
    });
  });
});

describe('How it looks', () => {
  /** The page as it is before any of its scripts but the first has come. */
  async function beforeScripts(page, test) {
    await page.route('**/_next/static/chunks/**.js', (route) => route.abort());
    await page.reload({ waitUntil: 'domcontentloaded' });
    await test();
    await page.unroute('**/_next/static/chunks/**.js');
  }

  test('is light or dark as chosen, after a reload as well, before the first paint', async () => {
    await onPage({ scheme: 'light' }, async (page, { complaints }) => {
      assert.equal(await html(page).getAttribute('data-mantine-color-scheme'), 'light');
      await page.getByRole('button', { name: 'Dark theme' }).click();
      await until(async () => await html(page).getAttribute('data-mantine-color-scheme') === 'dark', { what: 'the dark' });
      await page.getByRole('button', { name: 'Light theme' }).waitFor();
      await beforeScripts(page, async () => {
        assert.equal(await html(page).getAttribute('data-mantine-color-scheme'), 'dark');
        assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(20, 18, 25)');
      });
      complaints.length = 0; // of the scripts that did not come
    });
  });

  test('is as dense as chosen in the account menu, after a reload as well, before the first paint', async () => {
    await onPage({}, async (page, { complaints }) => {
      const row = page.getByRole('region', { name: 'Popular products' }).getByRole('listitem').nth(1);
      const height = async () => (await row.boundingBox()).height;
      const comfortable = await height();
      await page.getByRole('button', { name: /^Account/ }).press('Enter');
      const choice = page.getByRole('menuitemcheckbox', { name: 'Compact rows' });
      await choice.press('Enter');
      await until(async () => await choice.getAttribute('aria-checked') === 'true', { what: 'the tick' });
      assert.ok(await height() < comfortable);
      await isAccessible(page);
      await page.keyboard.press('Escape');
      await choice.waitFor({ state: 'detached' });
      await until(() => page.getByRole('button', { name: /^Account/ }).evaluate((button) => button === document.activeElement), { what: 'the focus on the button' });
      await beforeScripts(page, async () => {
        assert.equal(await html(page).getAttribute('data-density'), 'compact');
        assert.ok(await height() < comfortable);
      });
      complaints.length = 0;
    });
  });
});

describe('The account menu', () => {
  test('opens for a press that is under way when its script comes', async () => {
    await onPage({}, async (page) => {
      let release;
      const pressed = new Promise((resolve) => { release = resolve; });
      const fetched = [];
      await page.route('**/_next/static/chunks/**.js', async (route) => {
        fetched.push(route.request().url());
        await pressed;
        await route.continue();
      });
      await page.getByRole('button', { name: /^Account/ }).hover();
      await until(() => fetched.length > 0, { what: 'the script, asked for by who points at it' });
      await page.mouse.down();
      const came = page.waitForEvent('requestfinished', (request) => request.url() === fetched.at(-1));
      release();
      await came;
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
      await page.mouse.up();
      await page.getByRole('menu').waitFor();
    });
  });
});

describe('The bell', () => {
  test('counts a notification that comes while the page is looked at', async () => {
    await onPage({}, async (page, { stack }) => {
      const count = async () => Number.parseInt(await page.getByRole('link', { name: /unread notification/i }).getAttribute('aria-label'), 10) || 0;
      const earlier = await count();
      const { userId } = (await stack.request('GET', '/users/me', { user: 'staff' })).json;
      const answer = await stack.request('POST', '/notifications', { user: 'staff', json: { type: 'system', title: unique('Ring'), message: 'Now.', userId } });
      assert.equal(answer.status, 201, answer.text);
      await comesBackUntil(page, async () => await count() > earlier, 'the count');
    });
  });
});

describe('Without a network', () => {
  test('a page says so and keeps what it has, until it is back', async () => {
    await onPage({}, async (page, { context, complaints }) => {
      const notice = page.getByText(/^No connection/);
      await page.getByRole('link', { name: /unread notification/i }).waitFor();
      await comesBackUntil(page, async () => {
        await context.setOffline(true);
        return notice.isVisible();
      }, 'the notice');
      await page.getByRole('region', { name: 'Popular products' }).getByRole('listitem').first().waitFor();
      await isAccessible(page);
      await context.setOffline(false);
      await notice.waitFor({ state: 'detached' });
      assert.ok(complaints.splice(0).every((each) => /DISCONNECTED|ERR_NETWORK/.test(each)));
    });
  });
});

describe('A session', () => {
  test('that has ended is told of over the page, and signing in leads back there', async () => {
    await onPage({ path: '/dashboard?range=7' }, async (page, { context, complaints }) => {
      await context.clearCookies();
      const dialog = page.getByRole('dialog', { name: 'You have been signed out' });
      await comesBackUntil(page, () => dialog.isVisible(), 'the dialog');
      await isAccessible(page);
      await page.keyboard.press('Escape');
      assert.ok(await dialog.isVisible(), 'a page of somebody signed out can be used');
      await dialog.getByRole('link', { name: 'Sign in again' }).click();
      await signIn(page, 'staff');
      await page.waitForURL('**/dashboard?range=7');
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
      assert.ok(complaints.splice(0).every((each) => each.includes('401')));
    });
  });

  test('whose token has ended goes on by itself: pages, what they ask for, and what is gone to', async () => {
    await onPage({}, async (page, { context }) => {
      const renewed = async () => (await context.cookies(page.url())).some(({ name }) => name === ACCESS);
      const end = async () => {
        await context.clearCookies({ name: ACCESS });
        assert.ok(!await renewed());
      };
      await end();
      await page.goto(new URL('/dashboard?range=7', page.url()).href);
      assert.match(page.url(), /\/dashboard\?range=7$/);
      assert.ok(await renewed());
      await end();
      assert.equal(await page.evaluate(() => fetch('/api/users/me').then(({ status }) => status)), 200);
      assert.ok(await renewed());
      await end();
      await rail(page).getByRole('link', { name: 'Dashboard' }).click();
      await page.waitForURL((url) => url.pathname === '/dashboard' && url.search === '');
      await page.getByRole('figure', { name: 'Each day' }).waitFor();
      assert.ok(await renewed());
    });
  });

  test('asks for new tokens once, however much a page asks for at once', async () => {
    await onPage({}, async (page, { context }) => {
      await context.clearCookies({ name: ACCESS });
      const statuses = await page.evaluate(() => Promise.all(Array.from({ length: 8 }, () => fetch('/api/users/me').then(({ status }) => status))));
      assert.deepEqual(new Set(statuses), new Set([200]));
      assert.ok((await context.cookies(page.url())).some(({ name }) => name === REFRESH));
    });
  });
});

describe('Whoever is disabled', () => {
  /** Somebody whom the administrator has invited: who they are, and their password. */
  async function invite(stack) {
    const email = `${unique('dana').replace(' ', '.')}@example.com`;
    const answer = await stack.request('POST', '/users', { user: 'admin', json: { name: 'Dana Disabled', email, role: 'viewer' } });
    assert.equal(answer.status, 201, answer.text);
    return { ...answer.json, password: await new UserPool(stack).password(email) };
  }

  async function change(stack, { userId }, json) {
    const { headers } = await stack.request('GET', `/users/${userId}`, { user: 'admin' });
    const answer = await stack.request('PATCH', `/users/${userId}`, { user: 'admin', json, headers: { 'if-match': headers.etag } });
    assert.equal(answer.status, 200, answer.text);
  }

  test('is told so in place of the pages, at once and when they come, and is let in again', async () => {
    const stack = await shop();
    const person = await invite(stack);
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(`${addressOf(stack)}/dashboard`);
    await signIn(page, person.email, person.password);
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await change(stack, person, { disabled: true });
    const title = page.getByRole('heading', { level: 1, name: 'You have no access to this shop' });
    await comesBackUntil(page, () => title.isVisible(), 'the word that there is no access');
    await page.goto(`${addressOf(stack)}/dashboard`);
    await title.waitFor();
    await page.getByText('This account is disabled.').waitFor();
    assert.equal(await page.getByRole('navigation').count(), 0, 'a shell around nothing');
    await isAccessible(page);
    await change(stack, person, { disabled: false });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await change(stack, person, { disabled: true });
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${addressOf(stack)}/`);
    await context.close();
  });
});

describe('A fault of ours around the pages', () => {
  for (const scheme of ['light', 'dark']) {
    test(`is told of in place of them, with the way to try again, in the ${scheme}`, async () => {
      await onPage({ scheme, path: '/settings' }, async (page, { complaints }) => {
        // Of a shape that the account's button does not survive, which is around every page.
        await page.route('**/api/users/me', (route) => route.fulfill({ json: { userId: 'x', name: 5, email: null, role: 'staff' } }));
        await page.getByLabel('Name').fill('Somebody');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { level: 1, name: 'Something went wrong on this page' }).waitFor();
        await isAccessible(page);
        await page.unroute('**/api/users/me');
        await page.getByRole('button', { name: 'Try again' }).click();
        await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
        complaints.length = 0; // of the fault
      });
    });
  }
});

describe('An address that is none of ours', () => {
  for (const scheme of ['light', 'dark']) {
    test(`is told of, with a way on, in the ${scheme}`, async () => {
      await onPage({ scheme }, async (page, { complaints }) => {
        await page.goto(new URL('/nowhere', page.url()).href);
        await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
        await isAccessible(page);
        await page.getByRole('link', { name: 'To the dashboard' }).click();
        await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
        assert.ok(complaints.splice(0).every((each) => each.includes('404')));
      });
    });
  }
});

describe('With the API away', () => {
  let stack;
  let door; // between another server of the dashboard and the API, for the test to shut
  let server;
  let address;
  const open = new Set();

  before(async () => {
    stack = await shop();
    const { hostname, port } = new URL(stack.url);
    door = net.createServer((socket) => {
      const through = net.connect(Number(port), hostname);
      for (const each of [socket, through]) {
        open.add(each);
        each.on('error', () => {}).on('close', () => open.delete(each));
      }
      socket.pipe(through).pipe(socket);
    });
    door.listen(0, hostname);
    await once(door, 'listening');
    const own = await freePort();
    address = `http://127.0.0.1:${own}`;
    const web = path.join(repository, 'web');
    server = spawn(process.execPath, [path.join(web, 'node_modules/next/dist/bin/next'), 'start', web, '-H', '127.0.0.1', '-p', String(own)], {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, ...environmentOf(stack.state), STOCKPILOT_API_URL: `https://${hostname}:${door.address().port}` },
    });
    await until(() => fetch(address).then((answer) => answer.ok, () => false), { what: 'the other server', deadline: 30_000 });
  });
  after(async () => {
    for (const each of open) each.destroy();
    door?.close();
    if (server?.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
  });

  function shut() {
    door.close();
    for (const each of open) each.destroy();
  }

  test('a page comes all the same, says what it has not, and has it when told to try again', async () => {
    await onPage({}, async (page, { complaints }) => {
      const { port } = door.address();
      shut();
      // Cookies are a host's, whatever the port: this one has the same secret.
      await page.goto(`${address}/dashboard`);
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
      const alert = page.getByRole('main').getByRole('alert');
      await alert.getByText('This could not be loaded').waitFor();
      assert.ok(page.url().startsWith(address), 'the other server does not know the session');
      await isAccessible(page);
      await rail(page).getByRole('link', { name: 'Inventory' }).waitFor();
      door.listen(port, '127.0.0.1');
      await once(door, 'listening');
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('region', { name: 'Popular products' }).getByRole('listitem').first().waitFor();
      // Who one is, is asked for again as well.
      await rail(page).getByRole('link', { name: 'Stock-take' }).waitFor();
      assert.ok(complaints.splice(0).every((each) => each.includes('503')));
    });
  });
});
