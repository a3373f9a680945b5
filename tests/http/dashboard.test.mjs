// The figures of the start page, against what the rows they are made of add up to.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { buy, createProduct, productAddress, sell, unique } from './records.mjs';
import * as shapes from './shapes.mjs';
import { request, sql, stack, startPrivateStack } from './stack.mjs';

const SUMMARY = {
  sales: ({ date, totalValue, changePercentage }) => [date, totalValue, changePercentage],
  purchases: ({ date, totalPurchased, changePercentage }) => [date, totalPurchased, changePercentage],
  expenses: ({ date, totalExpenses }) => [date, totalExpenses],
};
const dashboard = async (on) => {
  const answer = await (on ?? await stack()).request('GET', '/dashboard', { user: 'viewer' });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const isoDay = (day) => `${day}T00:00:00.000Z`;

/** The lines whose movement was not reversed later. */
const standing = (lines, id) => `(select * from ${lines} l where not exists (
  select from stock_movements m join stock_movements r on r.reversal_of = m.movement_id where m.${id} = l.${id}))`;
const SALES = standing('sale_lines', 'sale_line_id');
const PURCHASES = standing('purchase_lines', 'purchase_line_id');

/** The last five days of a total per day with the change against the day before, straight from the rows. */
const daysOf = (total, at, from) => `
  with days as (
    select (${at} at time zone (select business_time_zone from settings))::date as day, sum(${total}) as total
    from ${from} lines group by 1)
  select day, total, round((total - lag(total) over w) * 100 / nullif(lag(total) over w, 0), 2) as change
  from days window w as (order by day) order by day desc limit 5`;

describe('GET /dashboard', () => {
  // Other tests have sold and bought: the summaries are brought up to date as the service will do it.
  before(() => sql('select refresh_summaries()'));

  test('has the five lists, each with its fields', async () => {
    const found = await dashboard();
    shapes.dashboard(found);
    assert.equal(found.popularProducts.length, 15);
    for (const name of ['salesSummary', 'purchaseSummary', 'expenseSummary', 'expenseByCategorySummary']) {
      assert.equal(found[name].length, 5, name);
    }
  });

  test('popular products are those that sell most, not those with the largest stock', async () => {
    const hoard = await createProduct({ name: unique('Hoard'), stockQuantity: 2_000_000_000 });
    const [{ most }] = await sql('select max(units_sold) as most from products');
    const seller = await createProduct({ name: unique('Best seller'), stockQuantity: most + 5 });
    await sell(seller, most + 5);
    const { popularProducts } = await dashboard();
    assert.equal(popularProducts[0].productId, seller.productId);
    assert.equal(popularProducts[0].unitsSold, most + 5);
    assert.ok(!popularProducts.some(({ productId }) => productId === hoard.productId));
    const rows = await sql(`select p.product_id, coalesce(sum(l.quantity), 0) as sold
      from products p left join ${SALES} l using (product_id)
      where p.archived_at is null group by 1 order by 2 desc, 1 limit 15`);
    assert.deepEqual(popularProducts.map(({ productId, unitsSold }) => [productId, unitsSold]),
      rows.map((row) => [row.product_id, row.sold]));

    await request('DELETE', productAddress(seller), { user: 'admin' });
    const without = (await dashboard()).popularProducts;
    assert.ok(!without.some(({ productId }) => productId === seller.productId), 'archived ones are not offered');
  });

  test('sales are what the sale lines add up to, newest day first, with the change', async () => {
    await sql('select refresh_summaries()');
    const { salesSummary } = await dashboard();
    const rows = await sql(daysOf('total_amount', 'sold_at', SALES));
    assert.deepEqual(salesSummary.map(SUMMARY.sales),
      rows.map(({ day, total, change }) => [isoDay(day), total, change]));
    assert.ok(salesSummary.some(({ changePercentage }) => changePercentage !== null));
  });

  test('purchases are what the purchase lines add up to', async () => {
    const { purchaseSummary } = await dashboard();
    const rows = await sql(daysOf('total_cost', 'purchased_at', PURCHASES));
    assert.deepEqual(
      purchaseSummary.map(SUMMARY.purchases),
      rows.map(({ day, total, change }) => [isoDay(day), total, change]));
  });

  test('expenses are what the entries add up to, by day and by category', async () => {
    const { expenseSummary, expenseByCategorySummary } = await dashboard();
    const days = await sql(`select spent_on as day, sum(amount) as total from expenses
      where voided_at is null group by 1 order by 1 desc limit 5`);
    assert.deepEqual(expenseSummary.map(SUMMARY.expenses),
      days.map(({ day, total }) => [isoDay(day), total]));
    for (const entry of expenseByCategorySummary) {
      const [{ total }] = await sql(`select sum(amount)::text as total from expenses
        where voided_at is null and spent_on = $1::date and category = $2`,
      [entry.date.slice(0, 10), entry.category]);
      assert.equal(entry.amount, total);
    }
    const newest = expenseByCategorySummary.filter(({ date }) => date === expenseSummary[0].date);
    for (const { expenseSummaryId } of newest) {
      assert.equal(expenseSummaryId, expenseSummary[0].expenseSummaryId);
    }
  });
});

describe('GET /dashboard of a shop of one\'s own', () => {
  let shop;
  before(async () => { shop = await startPrivateStack(); });
  after(() => shop?.stop());

  test('is empty lists before anything happened', async () => {
    assert.deepEqual(await dashboard(shop), {
      popularProducts: [], salesSummary: [], purchaseSummary: [], expenseSummary: [], expenseByCategorySummary: [],
    });
  });

  test('has null as the change on the first day and after a day of nothing, and days of the business', async () => {
    const product = await createProduct({ name: 'Pen', price: 10, stockQuantity: 1000 }, shop);
    await shop.execute('update settings set business_time_zone = $1', ['America/New_York']);
    const trade = { price: 10, on: shop };
    await sell(product, 10, { ...trade, at: '2026-03-02 17:00Z' });
    // 03:30 in UTC, still the evening before in New York.
    await sell(product, 5, { ...trade, at: '2026-03-04 03:30Z' });
    await sell(product, 3, { ...trade, price: 0, at: '2026-03-05 17:00Z' });
    await sell(product, 4, { ...trade, at: '2026-03-06 17:00Z' });
    await sell(product, 7, { ...trade, price: 9.99, at: '2026-03-07 17:00Z' });
    await sell(product, 7, { ...trade, at: '2026-03-07 18:00Z' });
    await buy(product, 3, { cost: 0.335, at: '2026-03-02 17:00Z', on: shop });
    await shop.sql('select refresh_summaries()');
    const { salesSummary, purchaseSummary, popularProducts } = await dashboard(shop);
    assert.deepEqual(salesSummary.map(SUMMARY.sales), [
      [isoDay('2026-03-07'), 139.93, 249.83],
      [isoDay('2026-03-06'), 40, null],
      [isoDay('2026-03-05'), 0, -100],
      [isoDay('2026-03-03'), 50, -50],
      [isoDay('2026-03-02'), 100, null],
    ]);
    assert.deepEqual(purchaseSummary.map(SUMMARY.purchases), [[isoDay('2026-03-02'), 1.01, null]]);
    assert.deepEqual(popularProducts.map(({ name, unitsSold }) => [name, unitsSold]), [['Pen', 36]]);
  });

  test('adds expenses of a day and category, without those that were voided', async () => {
    await shop.execute(`insert into expenses (category, amount, spent_on, voided_at) values
      ('Rent', 1200, '2026-03-01', null), ('Rent', 0.5, '2026-03-01', null), ('Tea', 9.99, '2026-03-01', null),
      ('Tea', 100, '2026-03-01', now()), ('Tea', 3, '2026-03-02', null);
      select refresh_summaries()`);
    const { expenseSummary, expenseByCategorySummary } = await dashboard(shop);
    assert.deepEqual(expenseSummary.map(SUMMARY.expenses),
      [[isoDay('2026-03-02'), 3], [isoDay('2026-03-01'), 1210.49]]);
    assert.deepEqual(
      expenseByCategorySummary.map(({ date, category, amount }) => [date, category, amount]).sort(), [
        [isoDay('2026-03-01'), 'Rent', '1200.50'], [isoDay('2026-03-01'), 'Tea', '9.99'],
        [isoDay('2026-03-02'), 'Tea', '3.00'],
      ]);
    assert.equal(expenseByCategorySummary[0].category, 'Tea', 'newest first');
  });
});
