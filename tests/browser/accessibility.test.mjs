// WCAG 2.2 AA on every page, as far as a program can tell: light and dark, laptop and phone; and no page is wider than a narrow phone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, isAccessible, openContext, shop, signIn } from './dashboard.mjs';
import { pagesOf } from './pages.mjs';

/** Every page as an administrator, who is shown the most: `look` at each. */
async function eachPage(settings, look) {
  const stack = await shop();
  const context = await openContext(settings);
  try {
    const page = await context.newPage();
    for (const { path, public: open } of await pagesOf(stack)) {
      await page.goto(addressOf(stack) + path);
      if (!open && new URL(page.url()).origin !== addressOf(stack)) {
        await signIn(page, 'admin');
        await page.waitForURL(addressOf(stack) + path);
      }
      await page.waitForLoadState('networkidle');
      await look(page, path);
    }
  } finally {
    await context.close();
  }
}

/** Texts that stand a letter or two a line: in a column that has collapsed. */
const squeezedTexts = (page) => page.evaluate(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, ({ data }) => (data.trim().length >= 8 ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP));
  const squeezed = [];
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const { width, height } = range.getBoundingClientRect();
    const shown = walker.currentNode.parentElement.checkVisibility({ visibilityProperty: true }) && width > 1;
    if (shown && width < 32 && height > 2 * width) squeezed.push(`“${walker.currentNode.data}”: ${Math.round(width)} by ${Math.round(height)}`);
  }
  return squeezed;
});

describe('Every page', () => {
  for (const phone of [false, true]) {
    for (const scheme of ['light', 'dark']) {
      test(`has nothing for axe to find, ${scheme}, on a ${phone ? 'phone' : 'laptop'}`, async () => {
        await eachPage({ phone, scheme }, isAccessible);
      });
    }
  }

  test('has one h1, a title of its own, and a main landmark', async () => {
    const titles = new Map();
    await eachPage({}, async (page, path) => {
      assert.equal(await page.locator('h1').count(), 1, path);
      assert.equal(await page.locator('main').count(), 1, path);
      const title = await page.title();
      assert.ok(!titles.has(title), `${path} and ${titles.get(title)} are both called ${title}`);
      titles.set(title, path);
    });
  });

  test('fits 320 pixels without scrolling sideways, which is 1280 at 400 %', async () => {
    await eachPage({}, async (page, path) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.waitForFunction(() => document.documentElement.scrollWidth <= 320, undefined, { timeout: 5000 }).catch(async () => {
        assert.fail(`${path} is ${await page.evaluate(() => document.documentElement.scrollWidth)} pixels wide`);
      });
      assert.deepEqual(await squeezedTexts(page), [], path);
      await page.setViewportSize({ width: 1280, height: 900 });
    });
  });
});
