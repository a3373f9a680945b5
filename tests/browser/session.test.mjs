// What a session outlives, and what it does not: an API that is away, another secret, a sign-out.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { StandinProcess } from '../oracle/standin_process.mjs';
import { startDashboard } from './another_dashboard.mjs';
import { addressOf, onPage, openContext, shop, signIn } from './dashboard.mjs';
import { environmentOf } from './dashboard_environment.mjs';
import { freePort } from './free-port.mjs';

const ACCESS = '__Host-stockpilot-access';
const REFRESH = '__Host-stockpilot-refresh';

/** The cookies of whoever signs in at a dashboard, by name. */
async function signedIn(address) {
  const context = await openContext();
  try {
    const page = await context.newPage();
    await page.goto(`${address}/auth/sign-in`);
    await signIn(page, 'staff');
    await page.waitForURL(`${address}/dashboard`);
    const ours = (await context.cookies(address)).filter(({ name }) => [ACCESS, REFRESH].includes(name));
    return Object.fromEntries(ours.map(({ name, value }) => [name, value]));
  } finally {
    await context.close();
  }
}

/** An answer of /api to these cookies, and the cookies that the browser has then: { status, cookies, renewed }. */
async function ask(address, cookies) {
  const cookie = Object.entries(cookies).map((each) => each.join('=')).join('; ');
  const answer = await fetch(`${address}/api/users/me`, { headers: { cookie } });
  const set = Object.fromEntries(answer.headers.getSetCookie().map((line) => /^([^=]+)=([^;]*)/.exec(line).slice(1)));
  const renewed = Object.keys(set).filter((name) => set[name]).sort();
  return { status: answer.status, renewed, cookies: { ...cookies, ...set } };
}

const only = (name, cookies) => ({ [name]: cookies[name] });

describe('With a provider that rotates refresh tokens', () => {
  let provider;
  let dashboard;
  let other;

  before(async () => {
    const stack = await shop();
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    provider = await new StandinProcess('oidc', () => ['--origin', address, '--rotate-refresh-tokens']).start();
    // The API is away all the time.
    const environment = {
      DASHBOARD_URL: address,
      COGNITO_ISSUER: `${provider.url}/us-east-1_StockPilot`,
      STOCKPILOT_API_URL: `http://127.0.0.1:${await freePort()}`,
    };
    [dashboard, other] = [await startDashboard(stack, environment, port), await startDashboard(stack, environment)];
  });
  after(async () => {
    await Promise.all([dashboard?.stop(), other?.stop(), provider?.stop()]);
  });

  test('an API that does not answer signs nobody out', async () => {
    const first = only(REFRESH, await signedIn(dashboard.address));
    const second = await ask(dashboard.address, first);
    assert.deepEqual([second.status, second.renewed], [503, [ACCESS, REFRESH]]);
    const third = await ask(other.address, only(REFRESH, second.cookies));
    assert.deepEqual([third.status, third.renewed], [503, [ACCESS, REFRESH]], 'what the browser has is worth nothing');
    // Another server than the one that renewed it: that one would still share its answer.
    assert.equal((await ask(other.address, first)).status, 401, 'the first refresh token was not rotated');
  });
});

describe('Another SESSION_SECRET', () => {
  test('signs nobody out before the former one; and without it nobody who was there in between', async () => {
    const stack = await shop();
    const former = environmentOf(stack.state).SESSION_SECRET;
    const newest = 'another secret of more than 32 characters';
    const before = await signedIn(addressOf(stack));
    const both = await startDashboard(stack, { SESSION_SECRET: `${newest},${former}` });
    const one = await startDashboard(stack, { SESSION_SECRET: newest });
    try {
      assert.deepEqual(await ask(both.address, before), { status: 200, renewed: [], cookies: before });
      const between = await ask(both.address, only(REFRESH, before));
      assert.deepEqual([between.status, between.renewed], [200, [ACCESS, REFRESH]]);
      const kept = only(ACCESS, between.cookies);
      assert.deepEqual(await ask(one.address, kept), { status: 200, renewed: [], cookies: kept });
      assert.equal((await ask(one.address, only(REFRESH, between.cookies))).status, 200);
      assert.equal((await ask(one.address, before)).status, 401);
    } finally {
      await Promise.all([both.stop(), one.stop()]);
    }
  });
});

/** An issuer with the stack's provider behind it, which cannot revoke: { url, stop() }. */
async function startIssuerThatCannotRevoke(stack) {
  const found = await (await fetch(`${stack.issuer}/.well-known/openid-configuration`)).json();
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`;
    if (!request.url.startsWith('/.well-known/')) return response.writeHead(500).end();
    response.writeHead(200, { 'Content-Type': 'application/json' });
    return response.end(JSON.stringify({ ...found, issuer: url, revocation_endpoint: `${url}/revoke` }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('Signing out', () => {
  test('ends the session at the provider although nothing can be revoked: the next one needs a password', async () => {
    const stack = await shop();
    const issuer = await startIssuerThatCannotRevoke(stack);
    const dashboard = await startDashboard(stack, { COGNITO_ISSUER: issuer.url });
    try {
      await onPage({}, async (page, { context }) => {
        // As the form does, which may not go to the stack's provider by the policy of a dashboard with another.
        const headers = { 'Sec-Fetch-Site': 'same-origin' };
        const answer = await context.request.post(`${dashboard.address}/auth/sign-out`, { headers });
        assert.equal(answer.url(), `${addressOf(stack)}/`);
        assert.ok(!(await context.cookies(answer.url())).some(({ name }) => [ACCESS, REFRESH].includes(name)));
        await page.goto(answer.url());
        await page.getByRole('link', { name: 'Sign in' }).click();
        await page.getByLabel('Password').waitFor();
      });
      assert.deepEqual(dashboard.log().map(({ event }) => event), ['revoke']);
    } finally {
      await dashboard.stop();
      issuer.stop();
    }
  });
});
