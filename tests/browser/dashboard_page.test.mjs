// The first page of a day: what runs low, the figures, and what has happened, as the API has them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createProduct, newKey, unique } from '../http/records.mjs';
import { until } from '../http/stack.mjs';
import { addressOf, isAccessible, onPage, shop } from './dashboard.mjs';

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const sumOf = (periods) => periods.reduce((cents, { total }) => cents + Math.round(total * 100), 0) / 100;
const dayAfter = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

const figure = (page, name) => page.getByRole('region', { name, exact: true });
const card = (page, title) => page.getByRole('region', { name: title, exact: true });

/** What the API says to a viewer. */
const says = async (stack, target) => (await stack.request('GET', target, { user: 'viewer' })).json;

/** The days of a range, the days before it, and what was sold on both. */
async function salesOf(stack, days) {
  const today = (await says(stack, '/settings')).businessDay.slice(0, 10);
  const [from, to] = [dayAfter(today, 1 - days), today];
  const of = async (first, last) => sumOf(await says(stack, `/reports/sales?from=${first}&to=${last}`));
  return { from, to, now: await of(from, to), before: await of(dayAfter(from, -days), dayAfter(from, -1)) };
}

/** Others sell meanwhile, and a page hears nothing before its scripts run: looked at until the page and the API agree. */
const agrees = (page, probe, what) => until(async () => {
  await refocus(page);
  return probe();
}, { deadline: 15_000, what });

/** As if its tab was come back to: what is kept new is asked for again. */
const refocus = (page) => page.evaluate(() => window.dispatchEvent(new Event('focus')));

/** Sells one piece of a new product of that name. */
async function sell(stack, name) {
  const product = await createProduct({ name, price: 10, stockQuantity: 50, minimumStock: 0 }, stack);
  const answer = await stack.request('POST', '/sales', { user: 'staff', headers: newKey(), json: { lines: [{ productId: product.productId, quantity: 3 }] } });
  assert.equal(answer.status, 201, answer.text);
  return product;
}

describe('The dashboard', () => {
  test('shows first what runs lowest, how far below its minimum, and the way to buy it', async () => {
    await onPage({ user: 'staff' }, async (page, { stack }) => {
      const names = () => card(page, 'Running low').getByRole('listitem').getByRole('link').and(page.locator('[href^="/products/"]')).allTextContents();
      const wanted = async () => (await says(stack, '/products?lowStock=true&sort=stockQuantity&limit=6')).map(({ name }) => name);
      await agrees(page, async () => JSON.stringify(await names()) === JSON.stringify(await wanted()), 'the list of what runs low');
      const [lowest] = await says(stack, '/products?lowStock=true&sort=stockQuantity&limit=1');
      const row = card(page, 'Running low').getByRole('listitem').filter({ has: page.locator(`a[href="/products/${lowest.productId}"]`) });
      await row.getByText(`${lowest.stockQuantity} left, minimum ${lowest.minimumStock}`).waitFor();
      await row.getByText(lowest.stockQuantity === 0 ? 'Out of stock' : `${lowest.minimumStock - lowest.stockQuantity} below`).waitFor();
      assert.equal(await row.getByRole('link', { name: `Reorder ${lowest.name}` }).getAttribute('href'), `/purchases?new=${lowest.productId}`);
    });
  });

  test('offers a viewer nothing to buy', async () => {
    await onPage({ user: 'viewer' }, async (page) => {
      await card(page, 'Running low').getByRole('listitem').first().waitFor();
      assert.equal(await page.getByRole('link', { name: /^Reorder/ }).count(), 0);
    });
  });

  test('says when nothing runs low', async () => {
    await onPage({}, async (page) => {
      await page.route('**/api/products?lowStock=true**', (route) => route.fulfill({ json: [] }));
      await agrees(page, () => page.getByRole('heading', { name: 'Nothing runs low' }).isVisible(), 'the empty list');
    });
  });

  test('has the sums of the API, and the change against as many days before', async () => {
    await onPage({}, async (page, { stack }) => {
      await agrees(page, async () => {
        const { now, before } = await salesOf(stack, 30);
        const change = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format((now - before) / before);
        const text = await figure(page, 'Sales').textContent();
        return text.includes(money.format(now)) && text.includes(`${money.format(before)} before`) && (text.includes(change) || text.includes('Unchanged'));
      }, 'the sum of thirty days');
      await agrees(page, async () => {
        const { valueAtCost, valueAtPrice } = await says(stack, '/reports/stock-value');
        const text = await figure(page, 'Stock value').textContent();
        return text.includes(money.format(valueAtCost)) && text.includes(`${money.format(valueAtPrice)} at sales prices`);
      }, 'the value of the stock');
      assert.doesNotMatch(await figure(page, 'Stock value').textContent(), /%|before/, 'nothing is made up for what the API has no past of');
    });
  });

  test('shows other days at once, in its address, and again after a reload', async () => {
    await onPage({}, async (page, { stack }) => {
      const shown = () => agrees(page, async () => (await figure(page, 'Sales').textContent()).includes(money.format((await salesOf(stack, 7)).now)), 'the sum of seven days');
      await page.locator('label', { hasText: '7 days' }).click();
      await page.waitForURL('**/dashboard?range=7');
      await shown();
      await page.reload();
      assert.ok(await page.getByRole('radio', { name: '7 days' }).isChecked());
      await shown();
    });
  });

  test('comes with its figures: without a script they are there', async () => {
    await onPage({}, async (page, { context, stack }) => {
      const html = await (await context.request.get(`${addressOf(stack)}/dashboard?range=7`)).text();
      const { from, to } = await salesOf(stack, 7);
      assert.ok(html.includes('Recent activity') && html.includes('<table'), 'the page is not rendered on the server');
      const short = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
      for (const day of [from, to]) assert.ok(html.includes(`<th scope="row">${short.format(new Date(day))}</th>`), `${day} is missing`);
      await page.getByRole('heading', { level: 1 }).waitFor();
    });
  });

  test('takes two days by keyboard, and refuses them in the wrong order', async () => {
    await onPage({}, async (page, { stack }) => {
      const { from, to } = await salesOf(stack, 3);
      await page.getByRole('button', { name: 'Choose days' }).press('Enter');
      const form = page.getByRole('form', { name: 'Choose days' });
      await form.getByLabel('From').fill(to);
      await form.getByLabel('To').fill(from);
      await form.getByText('The first day lies after the last one.').waitFor();
      await isAccessible(page);
      await form.getByRole('button', { name: 'Show' }).press('Enter');
      assert.doesNotMatch(page.url(), /from=/);
      await form.getByLabel('From').fill(from);
      await form.getByLabel('To').fill(to);
      await form.getByRole('button', { name: 'Show' }).press('Enter');
      await page.waitForURL(`**/dashboard?from=${from}&to=${to}`);
      await form.waitFor({ state: 'detached' });
      assert.ok(await page.getByRole('button', { name: 'Choose days' }).evaluate((button) => button === document.activeElement));
      await agrees(page, async () => (await figure(page, 'Sales').textContent()).includes(money.format((await salesOf(stack, 3)).now)), 'the sum of three days');
    });
  });

  test('ignores an address that no range is in', async () => {
    await onPage({ path: '/dashboard?from=2026-13-45&to=x&range=soon' }, async (page) => {
      assert.ok(await page.getByRole('radio', { name: '30 days' }).isChecked());
      await page.getByRole('figure', { name: 'Each day' }).waitFor();
    });
  });

  test('says so where nothing was sold and nothing was spent', async () => {
    await onPage({ path: '/dashboard?from=2001-01-01&to=2001-03-31' }, async (page) => {
      await figure(page, 'Sales').getByText('Nothing to compare with').waitFor();
      await page.getByRole('heading', { name: 'No expenses on these days' }).waitFor();
      await page.getByRole('figure', { name: 'Each week, by its Monday' }).waitFor();
    });
  });

  test('has a table behind each chart, and reads a chart out by arrow keys', async () => {
    await onPage({ path: '/dashboard?range=7' }, async (page, { stack }) => {
      const chart = page.getByRole('figure', { name: 'Each day' });
      await chart.getByText('Show as a table').click();
      await agrees(page, async () => {
        const sold = (await says(stack, `/reports/sales?from=${(await salesOf(stack, 7)).from}`)).map(({ total }) => money.format(total));
        const cells = await chart.getByRole('row').locator('td:first-of-type').allTextContents();
        return JSON.stringify(cells) === JSON.stringify(sold);
      }, 'the table of the chart');
      const periods = await chart.getByRole('rowheader').allTextContents();
      const reader = chart.getByRole('slider');
      await reader.focus();
      await reader.press('ArrowLeft');
      assert.ok((await reader.getAttribute('aria-valuetext')).startsWith(`${periods.at(-2)}: Sales $`));
      await reader.press('Home');
      assert.ok((await reader.getAttribute('aria-valuetext')).startsWith(`${periods[0]}: `));
      await isAccessible(page);
    });
  });

  test('shows what others have just sold when its tab is come back to', async () => {
    await onPage({}, async (page, { stack }) => {
      const name = unique('Just sold');
      await sell(stack, name);
      const row = card(page, 'Recent activity').getByRole('listitem').filter({ hasText: `Sold 3 × ${name}` });
      await agrees(page, () => row.getByText('$30.00').isVisible(), 'the sale');
      await row.getByText(/Sam Staff/).waitFor();
    });
  });

  test('shows what sells most with its image, as the API has it', async () => {
    await onPage({}, async (page, { stack }) => {
      const { popularProducts } = await says(stack, '/dashboard');
      const first = card(page, 'Popular products').getByRole('listitem').first();
      await first.getByText(`${popularProducts[0].unitsSold.toLocaleString('en-US')} sold`).waitFor();
      assert.equal(await first.getByRole('link').getAttribute('href'), `/products/${popularProducts[0].productId}`);
      if (popularProducts[0].imageUrl) await until(() => first.locator('img').evaluate((image) => image.naturalWidth > 0), { what: 'the image' });
    });
  });

  test('says what could not be loaded, and loads it when told to', async () => {
    await onPage({}, async (page, { complaints }) => {
      await page.route('**/api/expenses/summary?**', (route) => route.fulfill({
        status: 503, contentType: 'application/problem+json',
        json: { type: '/problems/service-unavailable', title: 'Not now', status: 503, detail: 'The database is away.', requestId: 'abc123', message: '' },
      }));
      await page.locator('label', { hasText: '7 days' }).click();
      const alert = card(page, 'Expenses by category').getByRole('alert');
      await alert.getByText('The database is away.').waitFor();
      await alert.getByText('Request abc123').waitFor();
      await isAccessible(page);
      await page.unroute('**/api/expenses/summary?**');
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('figure', { name: /in all$/ }).waitFor();
      assert.ok(complaints.length > 0 && complaints.splice(0).every((each) => each.includes('503')));
    });
  });

  test('keeps what it has when it cannot be loaded anew, and says that it is old', async () => {
    await onPage({}, async (page, { complaints }) => {
      await page.route('**/api/reports/stock-value', (route) => route.fulfill({ status: 500, contentType: 'text/plain', body: 'no' }));
      await agrees(page, () => figure(page, 'Stock value').getByText(/out of date/).isVisible(), 'the notice');
      await figure(page, 'Stock value').getByText(/at sales prices/).waitFor();
      assert.ok(complaints.splice(0).every((each) => each.includes('500')));
    });
  });

  for (const [device, settings] of [['a laptop', {}], ['a phone', { phone: true }]]) {
    for (const scheme of ['light', 'dark']) {
      test(`is accessible on ${device} in the ${scheme}, and has no more width than there is`, async () => {
        await onPage({ ...settings, scheme }, async (page) => {
          await card(page, 'Recent activity').getByRole('listitem').first().waitFor();
          await isAccessible(page);
          if (settings.phone) await page.setViewportSize({ width: 320, height: 800 });
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'it scrolls sideways');
        });
      });
    }
  }

  test('writes its charts in the same size at every width, and no two periods over each other', async () => {
    const stack = await shop();
    await onPage({ of: stack }, async (page) => {
      for (const width of [320, 390, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        const words = await page.getByRole('figure', { name: 'Each day' }).evaluate((chart) => [...chart.querySelectorAll('[data-at]')]
          .filter((word) => word.getClientRects().length > 0)
          .map((word) => ({ size: getComputedStyle(word).fontSize, left: word.getBoundingClientRect().left, right: word.getBoundingClientRect().right })));
        assert.ok(words.length >= 3, `${words.length} periods are written at ${width}`);
        for (const [i, word] of words.entries()) {
          assert.equal(word.size, '12px');
          if (i > 0) assert.ok(word.left > words[i - 1].right, `two periods are written over each other at ${width}`);
        }
      }
    });
  });
});
