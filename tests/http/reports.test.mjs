// Figures over ranges of days, against what the rows they are made of add up to.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { buy, createProduct, productAddress, sell, unique } from './records.mjs';
import { assertProblem, day, integer, list, nullable, number, object, text, timestamp } from './shapes.mjs';
import { request, sql, stack, startPrivateStack } from './stack.mjs';

const period = object({ from: day, to: day, total: number, days: integer, updatedAt: nullable(timestamp) });
const get = async (target, on) => {
  const answer = await (on ?? await stack()).request('GET', target, { user: 'viewer' });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const iso = (date) => `${date}T00:00:00.000Z`;
const refused = async (target, fields) =>
  assertProblem(await request('GET', target, { user: 'viewer' }), 400, { fields });

const SUBJECTS = {
  sales: ['sales_summary', 'total_value'],
  purchases: ['purchase_summary', 'total_purchased'],
  expenses: ['expense_summary', 'total_expenses'],
};

for (const [subject, [table, column]] of Object.entries(SUBJECTS)) {
  describe(`GET /reports/${subject}`, () => {
    before(() => sql('select refresh_summaries()'));

    for (const by of ['day', 'week', 'month']) {
      test(`by=${by} adds up the days of each period, and has those without any`, async () => {
        const [{ from, to }] = await sql(`select (max(day) - 400)::text as from, (max(day) + 9)::text as to from ${table}`);
        const found = await get(`/reports/${subject}?from=${from}&to=${to}&by=${by}`);
        list(period)(found);
        const rows = await sql(`select greatest(min(d), $1)::date::text as first, max(d)::date::text as last,
            coalesce(sum(${column}), 0) as total, count(${column})::int as days
          from generate_series($1::date, $2::date, '1 day') d left join ${table} s on s.day = d::date
          group by date_trunc('${by}', d) order by 1`, [from, to]);
        assert.deepEqual(found.map((one) => [one.from, one.to, one.total, one.days]),
          rows.map((row) => [iso(row.first), iso(row.last), Number(row.total), row.days]));
        assert.ok(found.some(({ total }) => total > 0));
        assert.equal(found.at(-1).to, iso(to), 'the last day is included');
      });
    }

    test('without a range is the last 30 days, today included', async () => {
      const found = await get(`/reports/${subject}`);
      const [{ today }] = await sql(`select (now() at time zone business_time_zone)::date::text as today from settings`);
      assert.equal(found.length, 30);
      assert.equal(found.at(-1).from, iso(today));
      const until = await get(`/reports/${subject}?to=2026-03-01`);
      assert.deepEqual([until[0].from, until.at(-1).to], [iso('2026-01-31'), iso('2026-03-01')]);
    });

    test('has at most 1000 periods, and says so', async () => {
      assert.equal((await get(`/reports/${subject}?from=2020-01-01&to=2022-09-26`)).length, 1000);
      await refused(`/reports/${subject}?from=2020-01-01&to=2022-09-27`, { '?from': 'too_many_periods' });
      await refused(`/reports/${subject}?from=1900-01-01&to=9999-12-31&by=month`, { '?from': 'too_many_periods' });
      assert.equal((await get(`/reports/${subject}?from=2020-01-01&to=2022-09-27&by=month`)).length, 33);
    });

    test('answers 400 to what is no range', async () => {
      for (const from of ['2026-02-29', '2026-13-01', '2026-1-1', '2026-00-10', '2026-01-00', '1899-12-31', '', 'today',
        '2026-01-01T00:00:00Z', '2026-01-011']) {
        await refused(`/reports/${subject}?from=${from}`, { '?from': 'not_a_day' });
      }
      await refused(`/reports/${subject}?from=2026-01-02&to=2026-01-01`, { '?to': 'out_of_range' });
      await refused(`/reports/${subject}?from=9999-01-01`, { '?from': 'out_of_range' });
      await refused(`/reports/${subject}?by=year&to=x`, { '?by': 'not_a_choice', '?to': 'not_a_day' });
      assert.equal((await get(`/reports/${subject}?from=2024-02-29&to=2024-02-29`)).length, 1);
    });
  });
}

describe('Where the clocks change', () => {
  let own;
  before(async () => { own = await startPrivateStack(); });
  after(() => own.stop());

  test('a sale counts to the day of the business, of 23 hours or 25', async () => {
    await own.sql("update settings set business_time_zone = 'America/New_York'");
    const made = await createProduct({ stockQuantity: 50, price: 1 }, own);
    const at = { '2020-03-08T04:59:59Z': 1, '2020-03-08T05:00:00Z': 2, '2020-03-09T03:59:59Z': 4,
      '2020-03-09T04:00:00Z': 8, '2020-11-01T04:00:00Z': 16, '2020-11-02T04:59:59Z': 32, '2020-11-02T05:00:00Z': 64 };
    for (const [time, price] of Object.entries(at)) await sell(made, 1, { price, at: time, on: own });
    await own.sql('select refresh_summaries()');
    const totals = async (range) => (await get(`/reports/sales?${range}`, own)).map(({ total }) => total);
    assert.deepEqual(await totals('from=2020-03-07&to=2020-03-09'), [1, 6, 8]);
    assert.deepEqual(await totals('from=2020-10-31&to=2020-11-02'), [0, 48, 64]);
    assert.deepEqual(await totals('from=2020-03-02&to=2020-03-15&by=week'), [7, 8]);
  });
});

describe('GET /expenses/summary', () => {
  test('has the total and each category of the range', async () => {
    await sql('select refresh_summaries()');
    const [{ from, to }] = await sql('select (max(day) - 60)::text as from, (max(day) - 3)::text as to from expense_summary');
    const found = await get(`/expenses/summary?from=${from}&to=${to}`);
    object({ from: day, to: day, total: number, updatedAt: nullable(timestamp),
      categories: list(object({ category: text, amount: number })) })(found);
    const rows = await sql(`select category, sum(amount) as amount from expenses
      where spent_on between $1 and $2 and voided_at is null group by 1 order by 2 desc, 1`, [from, to]);
    assert.ok(rows.length > 1);
    assert.deepEqual(found.categories.map(({ category, amount }) => [category, amount]),
      rows.map(({ category, amount }) => [category, Number(amount)]));
    assert.deepEqual([found.from, found.to], [iso(from), iso(to)]);
    assert.equal(found.total.toFixed(2), found.categories.reduce((sum, one) => sum + one.amount, 0).toFixed(2));
  });

  test('is zero where nothing was spent', async () => {
    assert.deepEqual(await get('/expenses/summary?from=1999-01-01&to=1999-12-31'), {
      from: iso('1999-01-01'), to: iso('1999-12-31'), total: 0, updatedAt: null, categories: [] });
    await refused('/expenses/summary?from=9999-01-01', { '?from': 'out_of_range' });
  });
});

describe('GET /reports/stock-value', () => {
  const figures = { products: integer, units: integer, valueAtPrice: number, valueAtCost: nullable(number),
    unitsWithoutCost: integer };

  test('values stock at its price and at the latest cost that stands', async () => {
    const category = unique('Valued');
    const bought = await createProduct({ category, price: 10 });
    await buy(bought, 5, { cost: 2, at: '2026-01-02T00:00:00Z' });
    await buy(bought, 1, { cost: 4.125, at: '2026-01-03T00:00:00Z' });
    await buy(bought, 1, { cost: 3, at: '2026-01-01T00:00:00Z' });
    const mistaken = await buy(bought, 1, { cost: 99, at: '2026-01-04T00:00:00Z' });
    await sql(`select move_stock(m.product_id, 'reversal', -m.quantity, p_reversal_of => m.movement_id)
      from stock_movements m join purchase_lines l using (purchase_line_id) where l.purchase_id = $1`, [mistaken]);
    await createProduct({ category, price: 0.5, stockQuantity: 3 });
    const gone = await createProduct({ category, price: 1000, stockQuantity: 1 });
    await request('DELETE', productAddress(gone), { user: 'admin' });

    const found = await get('/reports/stock-value');
    object({ ...figures, categories: list(object({ category: nullable(text), ...figures })) })(found);
    assert.deepEqual(found.categories.find((one) => one.category === category),
      { category, products: 2, units: 10, valueAtPrice: 71.5, valueAtCost: 28.88, unitsWithoutCost: 3 });
    const sum = (name) => found.categories.reduce((total, one) => total + (one[name] ?? 0), 0);
    for (const name of ['products', 'units', 'unitsWithoutCost']) assert.equal(found[name], sum(name), name);
    assert.ok(Math.abs(found.valueAtPrice - sum('valueAtPrice')) < 0.01);
  });

  test('has null for the cost where nothing was bought', async () => {
    const category = unique(randomUUID());
    await createProduct({ category, stockQuantity: 2, price: 3 });
    const { categories } = await get('/reports/stock-value');
    assert.deepEqual(categories.find((one) => one.category === category),
      { category, products: 1, units: 2, valueAtPrice: 6, valueAtCost: null, unitsWithoutCost: 2 });
  });
});
