#!/usr/bin/env node
// Measures the dashboard of a running stack: Lighthouse on every page, and what each loads.
//
//   main.mjs --stack stack.json [--rounds N] [--pages A,B] [--publish]
//
// --publish writes them into docs/performance.md, between its marks, and docs/performance/dashboard-weight.json, which the tests hold pages
// against.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchForLighthouse } from '../../tests/browser/chromium.mjs';
import { freePort } from '../../tests/browser/free-port.mjs';
import { pagesOf } from '../../tests/browser/pages.mjs';
import { weigh } from '../../tests/browser/weight.mjs';
import { Stack } from '../../tests/http/stack.mjs';
import { say } from '../progress.mjs';
import { measure } from './lighthouse.mjs';
import { report } from './report.mjs';
import { TARGETS } from './targets.mjs';

const DOCUMENT = new URL('../../docs/performance.md', import.meta.url);
const WEIGHTS = new URL('../../docs/performance/dashboard-weight.json', import.meta.url);
const MARKED = /(?<=<!-- \.\/dev bench dashboard --publish writes from here -->\n)[^]*(?=<!-- to here -->\n)/;

async function signIn(page, stack) {
  await page.goto(`${stack.dashboardUrl}/auth/sign-in`);
  await page.fill('#username', 'admin');
  await page.fill('#password', stack.password);
  await page.click('button');
  await page.waitForURL(`${stack.dashboardUrl}/dashboard`);
}

async function measurePage({ name, path, script }, { stack, page, port, rounds }) {
  say(`${name}: ${path}`);
  const url = stack.dashboardUrl + path;
  const weight = await weigh(page, url);
  const devices = {};
  for (const device of Object.keys(TARGETS)) devices[device] = await measure(url, port, device, rounds);
  return { name, target: { script }, weight, devices };
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      stack: { type: 'string' }, rounds: { type: 'string', default: '3' }, pages: { type: 'string' }, publish: { type: 'boolean', default: false },
    },
  });
  const stack = new Stack(JSON.parse(readFileSync(options.stack, 'utf8')));
  const profile = mkdtempSync(join(tmpdir(), 'dashboard-bench-'));
  const port = await freePort();
  const context = await launchForLighthouse(profile, port);
  try {
    const page = context.pages()[0] ?? await context.newPage();
    const chosen = options.pages?.split(',');
    const pages = (await pagesOf(stack)).filter(({ name }) => !chosen || chosen.includes(name));
    const results = [];
    for (const each of pages) {
      // The landing page is for whoever is not signed in; it comes first.
      if (!each.public && !results.some(({ signedIn }) => signedIn)) await signIn(page, stack);
      results.push({ ...await measurePage(each, { stack, page, port, rounds: Number(options.rounds) }), signedIn: !each.public });
    }
    const text = report(results, options.rounds);
    console.log(text);
    if (!options.publish) return;
    if (chosen) throw new Error('all pages are published, or none');
    const document = readFileSync(DOCUMENT, 'utf8');
    if (!MARKED.test(document)) throw new Error('docs/performance.md has lost its marks');
    writeFileSync(DOCUMENT, document.replace(MARKED, () => text));
    const weights = Object.fromEntries(results.map(({ name, weight }) => [name, weight]));
    writeFileSync(WEIGHTS, `${JSON.stringify(weights, null, 2)}\n`);
  } finally {
    await context.close();
    stack.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

await main();
