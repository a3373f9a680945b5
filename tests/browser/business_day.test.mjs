// A page that stays open overnight: what it shows and books is of the business's new day.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAlive, onPage } from './dashboard.mjs';

const NEXT_DAY = '2031-05-06';

/** From now on the business has another day, as the settings tell it. */
const letDayPass = (page) => page.route('**/api/settings', async (route) => {
  const response = await route.fetch();
  await route.fulfill({ response, json: { ...(await response.json()), businessDay: `${NEXT_DAY}T00:00:00.000Z` } });
});

const asked = (page, what) =>
  page.waitForRequest((request) => request.url().includes(what) && request.url().includes(`to=${NEXT_DAY}`));
const aMinuteLater = (page) => page.clock.runFor(61_000);
const lookAgain = (page) => page.evaluate(() => window.dispatchEvent(new Event('focus')));

describe('The day of the business', () => {
  for (const [how, follow] of [['after a minute', aMinuteLater], ['when somebody comes back to the page', lookAgain]]) {
    test(`is followed by the sales of an open tab, ${how}`, async () => {
      await onPage({ path: '/settings' }, async (page, { context }) => {
        await context.clock.install();
        await page.goto(`${new URL(page.url()).origin}/sales?range=7`);
        await isAlive(page);
        await page.getByRole('table', { name: 'Sales, newest first' }).waitFor();
        await letDayPass(page);
        const list = asked(page, '/api/sales?');
        await follow(page);
        await list;
        await page.getByText('No sales in these days').waitFor();
      });
    });
  }

  test('is what a new expense is of, and the last that it may be of', async () => {
    await onPage({ path: '/expenses' }, async (page) => {
      await page.getByRole('table', { name: 'Entries, newest day first' }).waitFor();
      await letDayPass(page);
      const list = asked(page, '/api/expenses/entries?');
      await lookAgain(page);
      await list;
      await page.getByRole('button', { name: 'New expense' }).first().click();
      const day = page.getByRole('dialog', { name: 'New expense' }).getByLabel('Day', { exact: true });
      assert.deepEqual([await day.inputValue(), await day.getAttribute('max')], [NEXT_DAY, NEXT_DAY]);
    });
  });
});
