#!/usr/bin/env node
// Pictures of every page, on a laptop and on a phone, light and dark: ./dev screenshots [--window] [FOLDER]. Of the whole
// page, or with --window of what the window shows.
//
//   screenshots.mjs --stack stack.json --into FOLDER [--window]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Stack } from '../http/stack.mjs';
import { openBrowser } from './chromium.mjs';
import { pagesOf } from './pages.mjs';

const { values } = parseArgs({ options: { stack: { type: 'string' }, into: { type: 'string' }, window: { type: 'boolean', default: false } } });
if (!values.stack || !values.into) {
  console.error('usage: screenshots.mjs --stack FILE --into FOLDER [--window]');
  process.exit(2);
}

const DEVICES = {
  laptop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
};
const stack = new Stack(JSON.parse(fs.readFileSync(values.stack, 'utf8')));
const pages = await pagesOf(stack);
const browser = await openBrowser();
fs.mkdirSync(values.into, { recursive: true });
try {
  for (const [device, settings] of Object.entries(DEVICES)) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ ...settings, colorScheme, locale: 'en-US', reducedMotion: 'reduce' });
      const page = await context.newPage();
      for (const { name, path: at, public: open } of pages) {
        await page.goto(stack.dashboardUrl + at);
        if (!open && new URL(page.url()).origin !== stack.dashboardUrl) {
          await page.fill('#username', 'admin');
          await page.fill('#password', stack.password);
          await page.click('button');
          await page.waitForURL(stack.dashboardUrl + at);
        }
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: path.join(values.into, `${name}-${device}-${colorScheme}.png`), fullPage: !values.window });
      }
      await context.close();
    }
  }
  console.log(`${pages.length * 4} pictures in ${values.into}`);
} finally {
  await browser.close();
  stack.close();
}
