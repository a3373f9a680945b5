// What pages load stays within the targets, and does not creep up: 5 % more than what is written down fails.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { addressOf, openContext, shop, signIn } from './dashboard.mjs';
import { PAGES, pagesOf, STYLE_TARGET } from './pages.mjs';
import { weigh } from './weight.mjs';

const MORE = 1.05;
const known = JSON.parse(readFileSync(new URL('../../docs/performance/dashboard-weight.json', import.meta.url), 'utf8'));

describe('What pages load', () => {
  let context;
  let page;
  let origin;
  let paths;

  before(async () => {
    const stack = await shop();
    origin = addressOf(stack);
    paths = Object.fromEntries((await pagesOf(stack)).map(({ name, path }) => [name, path]));
    context = await openContext();
    page = await context.newPage();
  });
  after(() => context?.close());

  for (const { name, script: target, public: open } of PAGES) {
    test(`${name}: within the target, and no more than it was`, async () => {
      if (!open && !(await context.cookies()).some((cookie) => cookie.name.startsWith('__Host-'))) {
        await page.goto(`${origin}/dashboard`);
        await signIn(page, 'admin');
        await page.waitForURL('**/dashboard');
      }
      const { script, style } = await weigh(page, origin + paths[name]);
      assert.ok(script > 0 && style > 0, 'nothing was loaded');
      assert.ok(script <= target, `scripts: ${script} kB, of ${target}`);
      assert.ok(style <= STYLE_TARGET, `style sheets: ${style} kB, of ${STYLE_TARGET}`);
      assert.ok(known[name], `${name} is not in docs/performance/dashboard-weight.json: ./dev bench dashboard --publish`);
      assert.ok(script <= known[name].script * MORE, `scripts: ${script} kB, were ${known[name].script}`);
      assert.ok(style <= known[name].style * MORE, `style sheets: ${style} kB, were ${known[name].style}`);
    });
  }
});
