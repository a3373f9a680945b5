// The dashboard as its users see it: signed in through the provider's page, in Debian's Chromium, against a whole stack.
//
// Environment:
//   STOCKPILOT_STACK          stack.json of a running stack with a dashboard; without it the test process starts one.
//   STOCKPILOT_DASHBOARD_URL  another dashboard for that stack: `next dev` while one works on it.
//   STOCKPILOT_SCREENSHOTS    folder for what a page looks like when a test fails.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after } from 'node:test';
import AxeBuilder from '@axe-core/playwright';
import { stack, startPrivateStack } from '../http/stack.mjs';
import { openBrowser } from './chromium.mjs';
import { putBack, take } from './signed_in.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const LAPTOP = { viewport: { width: 1280, height: 900 } };

let own;
let browser;

/** The stack that the tests of the dashboard share, with the small demo shop in it: tests add to it and break nothing. */
export function shop() {
  if (process.env.STOCKPILOT_STACK) return stack();
  own ??= startPrivateStack({ environment: { STOCKPILOT_DEMO: 'small', STOCKPILOT_DASHBOARD: 'yes' } });
  return own;
}

export const addressOf = (of) => process.env.STOCKPILOT_DASHBOARD_URL ?? of.dashboardUrl;

after(async () => {
  await (await browser)?.close();
  await (await own?.catch(() => undefined))?.stop();
});

/** A browser with nothing remembered. `phone`, and `scheme` light or dark, are what the device is set to. */
export async function openContext({ phone = false, scheme = 'light', locale = 'en-US' } = {}) {
  browser ??= openBrowser();
  return (await browser).newContext({ ...(phone ? PHONE : LAPTOP), colorScheme: scheme, locale, reducedMotion: 'reduce' });
}

/** Signs a demo user in on the provider's page, to where the browser was going. */
export async function signIn(page, user, password = 'StockPilot-demo-1') {
  await page.getByLabel('User name or e-mail').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/**
 * Runs a test on a page of the dashboard: `settings` as for openContext, with `user` (staff), `password` of whoever is no demo user,
 * `path` (/dashboard), and `of`, another stack. Fails as well when the page has complained on its console, unless the test expects
 * it: `complaints` is the list, for a test to look at and to empty. The browser may be one that another test has left signed in;
 * what a test does to `context` ends with it.
 */
export async function onPage(settings, test) {
  const { user = 'staff', password, path: at = '/dashboard', of = await shop() } = settings;
  const address = addressOf(of);
  const name = JSON.stringify([user, address, settings.phone, settings.scheme, settings.locale]);
  const signedIn = take(name) ?? { context: await openContext(settings) };
  const { context } = signedIn;
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  let done = () => context.close();
  try {
    await page.goto(address + at);
    if (!signedIn.cookies) await signIn(page, user, password);
    await page.waitForURL((url) => url.origin === address && !url.pathname.startsWith('/auth/'));
    signedIn.cookies ??= await context.cookies();
    await isAlive(page);
    let handedOut = false;
    await test(page, { stack: of, complaints, get context() { handedOut = true; return context; } });
    assert.deepEqual(complaints, [], 'what the page complains about');
    if (!handedOut) done = () => putBack(name, signedIn, page, address);
  } catch (error) {
    await keepPicture(page, error);
    throw error;
  } finally {
    await done();
  }
}

function complaintsOf(page) {
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} (${message.location().url})`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Its scripts have taken over what the server has sent: what is chosen in a list before that is not heard. After a reload as well. */
export const isAlive = (page) => page.waitForFunction(() => Object.keys(document.querySelector('#content') ?? {}).some((key) => key.startsWith('__react')));

async function keepPicture(page, error) {
  const folder = process.env.STOCKPILOT_SCREENSHOTS;
  if (!folder) return;
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `failed-${Date.now()}.png`);
  await page.screenshot({ path: file, fullPage: true }).catch(() => {});
  error.message += `\n(picture: ${file})`;
}

/** WCAG 2.2 AA and axe's good practice: nothing is found on the page as it is now, open dialogs included. */
export async function isAccessible(page) {
  // In one go, since no page has frames, and without the details of what is as it should be: in a quarter of the time.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], preload: false }).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`);
  assert.deepEqual(told, []);
}

/** The next request to that address is carried out, and its answer does not come. */
export const loseAnswer = (page, url) => page.route(url, async (route) => { await route.fetch(); await route.abort(); }, { times: 1 });
