// What the pages with a range of days have in common.
import assert from 'node:assert/strict';
import { until } from '../http/stack.mjs';

/** Chooses a period until the address says so: the page may not be awake yet when it is first there. */
export async function choosePeriod(page, label, query) {
  const field = page.getByRole('combobox', { name: 'Period' });
  await until(async () => { await field.selectOption({ label }); return page.url().includes(query); }, { what: query, deadline: 30_000 });
}

/** An answer for page.route: the API cannot answer just now. */
export const problem = {
  status: 503, contentType: 'application/problem+json',
  json: { type: '/problems/service-unavailable', title: 'The service cannot answer just now', status: 503, detail: 'The database is away.', requestId: 'f00', message: 'The database is away.' },
};

/** The page does not scroll sideways. */
export const fits = async (page) => assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'the page scrolls sideways');
