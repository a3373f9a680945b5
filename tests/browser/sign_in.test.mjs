// Signing in and out, and what a session is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProduct, newKey, unique } from '../http/records.mjs';
import { addressOf, isAccessible, onPage, openContext, shop, signIn } from './dashboard.mjs';

const ACCESS = '__Host-stockpilot-access';
const REFRESH = '__Host-stockpilot-refresh';

describe('The session', () => {
  test('begins at the landing page, goes through the provider, and ends there', async () => {
    const stack = await shop();
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(addressOf(stack));
    await isAccessible(page);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, 'staff');
    await page.waitForURL('**/dashboard');
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).click();
    // Not let in again by a session that the provider still has.
    await page.getByLabel('Password').waitFor();
    await context.close();
  });

  test('has its tokens where no script can read them', async () => {
    await onPage({}, async (page, { context }) => {
      assert.deepEqual(await page.evaluate(() => [document.cookie, Object.keys(localStorage).filter((key) => /token/i.test(key))]), ['', []]);
      // The provider's own are there as well: it is on the same host.
      const ours = (await context.cookies(page.url())).filter((cookie) => !/^cognito/.test(cookie.name));
      assert.deepEqual(ours.map((cookie) => cookie.name).sort(), [ACCESS, REFRESH]);
      for (const cookie of ours) {
        assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === 'Lax');
        assert.ok(!cookie.value.includes('eyJ'), 'a token lies open in the cookie');
      }
    });
  });

  test('leads back to the page that was asked for', async () => {
    await onPage({ path: '/dashboard?from=2026-01-01' }, async (page) => {
      assert.match(page.url(), /\/dashboard\?from=2026-01-01$/);
    });
  });

  test('leads nowhere else, whatever is asked for', async () => {
    await onPage({}, async (page, { stack, context }) => {
      for (const target of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '/auth/sign-out', '/api/products', '']) {
        for (const way of ['sign-in', 'refresh']) {
          // The provider lets in again whoever it has just let in.
          const answer = await context.request.get(`${addressOf(stack)}/auth/${way}?return=${encodeURIComponent(target)}`);
          assert.equal(answer.url(), `${addressOf(stack)}/dashboard`, target);
        }
      }
    });
  });

  for (const [what, value] of [['forged', 'Fe26.2*1*forged*forged*forged*forged*forged~2'], ['empty', ''], ['not even near one', 'x'.repeat(3000)]]) {
    test(`is none with cookies that are ${what}`, async () => {
      const stack = await shop();
      const context = await openContext();
      const { hostname } = new URL(addressOf(stack));
      await context.addCookies([ACCESS, REFRESH].map((name) => ({ name, value, domain: hostname, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' })));
      const page = await context.newPage();
      await page.goto(`${addressOf(stack)}/dashboard`);
      await page.getByLabel('Password').waitFor();
      const answer = await context.request.get(`${addressOf(stack)}/api/products`);
      assert.equal(answer.status(), 401);
      assert.equal(answer.headers()['content-type'], 'application/problem+json');
      assert.ok(!(await context.cookies(addressOf(stack))).some(({ name }) => [ACCESS, REFRESH].includes(name)), 'they are kept');
      await context.close();
    });
  }

  test('is not made of the one cookie put in the place of the other', async () => {
    await onPage({}, async (page, { context, stack }) => {
      const cookies = (await context.cookies(page.url())).filter(({ name }) => [ACCESS, REFRESH].includes(name));
      const other = { [ACCESS]: REFRESH, [REFRESH]: ACCESS };
      await context.addCookies(cookies.map((cookie) => ({ ...cookie, name: other[cookie.name] })));
      assert.equal((await context.request.get(`${addressOf(stack)}/api/products`)).status(), 401);
    });
  });

  test('cannot be begun with an answer of the provider to somebody else', async () => {
    const stack = await shop();
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(`${addressOf(stack)}/auth/callback?code=theirs&state=theirs`);
    await page.getByRole('alert').getByText(/^The sign-in did not work/).waitFor();
    await isAccessible(page);
    assert.ok(!(await context.cookies(addressOf(stack))).some(({ name }) => name === ACCESS));
    await context.close();
  });
});

describe('A foreign page', () => {
  test('can neither sign anybody out nor change anything', async () => {
    await onPage({}, async (page, { context, stack, complaints }) => {
      await context.route('http://foreign.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Foreign</title><form method="post"></form>' }));
      for (const target of ['/auth/sign-out', '/api/notifications/mark-all-read']) {
        const foreign = await context.newPage();
        await foreign.goto('http://foreign.example/');
        const answering = foreign.waitForResponse((response) => response.url() === addressOf(stack) + target);
        await foreign.evaluate((action) => {
          const form = document.querySelector('form');
          form.action = action;
          form.submit();
        }, addressOf(stack) + target);
        assert.equal((await answering).status(), 403);
        await foreign.close();
      }
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
      assert.deepEqual(complaints, []);
    });
  });

  test('is told no even with the cookies', async () => {
    await onPage({}, async (page, { context, stack }) => {
      for (const site of ['cross-site', 'same-site', 'none']) {
        for (const [method, target] of [['POST', '/auth/sign-out'], ['POST', '/api/sales'], ['PATCH', '/api/users/me'], ['DELETE', '/api/notifications/read']]) {
          const answer = await context.request.fetch(addressOf(stack) + target, { method, headers: { 'Sec-Fetch-Site': site }, maxRedirects: 0 });
          assert.equal(answer.status(), 403, `${method} ${target} from ${site}`);
        }
      }
    });
  });
});

describe('The Content-Security-Policy', () => {
  /** Notes what the policy has held back, from before anything of the page runs. */
  const watch = (context) => context.addInitScript(() => {
    window.heldBack = [];
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => window.heldBack.push(`${effectiveDirective} ${blockedURI}`));
  });

  test('lets the pages be as they are', async () => {
    await onPage({}, async (page, { context, stack, complaints }) => {
      await watch(context);
      for (const target of ['/dashboard', '/nowhere', '/?problem=sign-in']) {
        await page.goto(addressOf(stack) + target, { waitUntil: 'networkidle' });
        assert.deepEqual(await page.evaluate(() => window.heldBack), [], target);
      }
      assert.ok(complaints.splice(0).every((each) => each.includes('404')));
    });
  });

  test('runs no script that somebody has slipped in', async () => {
    await onPage({}, async (page, { context, complaints }) => {
      await watch(context);
      await page.reload();
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.slippedIn = true';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<img src="data:image/png;base64,x" onerror="window.slippedIn = true">');
        const elsewhere = document.createElement('script');
        elsewhere.src = 'https://evil.example/script.js';
        document.body.append(elsewhere);
      });
      await page.waitForFunction(() => window.heldBack.length >= 3);
      assert.equal(await page.evaluate(() => window.slippedIn), undefined);
      assert.deepEqual((await page.evaluate(() => window.heldBack)).sort(), ['script-src-attr inline', 'script-src-elem https://evil.example/script.js', 'script-src-elem inline']);
      complaints.length = 0;
    });
  });

  test('has another nonce for each answer, and nothing inline is allowed without it', async () => {
    const stack = await shop();
    const policies = await Promise.all(Array.from({ length: 3 }, async () => (await fetch(addressOf(stack))).headers.get('content-security-policy')));
    const nonces = policies.map((policy) => /script-src [^;]*'nonce-([^']+)'/.exec(policy)[1]);
    assert.equal(new Set(nonces).size, 3);
    for (const policy of policies) assert.doesNotMatch(/script-src [^;]*/.exec(policy)[0], /unsafe-inline|unsafe-eval|\*/);
  });

  test('is not needed: what people write is text in a page, in the figures that it comes with as well', async () => {
    await onPage({}, async (page, { context, stack }) => {
      await watch(context);
      const name = unique('</script><script>window.slippedIn = true</script><img src=x onerror="window.slippedIn = true">');
      const product = await createProduct({ name, price: 1, stockQuantity: 9, minimumStock: 0 }, stack);
      const answer = await stack.request('POST', '/sales', { user: 'staff', headers: newKey(), json: { lines: [{ productId: product.productId, quantity: 1 }] } });
      assert.equal(answer.status, 201, answer.text);
      await page.reload();
      await page.getByText(`Sold 1 × ${name}`).waitFor();
      assert.deepEqual(await page.evaluate(() => [window.slippedIn, window.heldBack]), [undefined, []]);
    });
  });
});
