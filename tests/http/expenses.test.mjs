// Expenses by day and category.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as shapes from './shapes.mjs';
import { request, sql } from './stack.mjs';

describe('GET /expenses', () => {
  before(() => sql('select refresh_summaries()'));

  test('gives an entry for each day and category, newest first, amounts as strings', async () => {
    const answer = await request('GET', '/expenses', { user: 'viewer' });
    assert.equal(answer.status, 200, answer.text);
    shapes.list(shapes.expenseByCategory)(answer.json);
    assert.ok(answer.json.length > 100, 'the demo has a year of them');
    const rows = await sql(`select to_char(spent_on, 'YYYY-MM-DD"T00:00:00.000Z"') as date, category,
      sum(amount)::text as amount from expenses where voided_at is null group by spent_on, category
      order by spent_on desc, category limit 1000`);
    // Within a day the entries are in no order that means something.
    const written = ({ date, category, amount }) => `${date} ${category} ${amount}`;
    assert.deepEqual(answer.json.map(written).sort(), rows.map(written).sort());
    const dates = answer.json.map(({ date }) => date);
    assert.deepEqual(dates, dates.toSorted().reverse());
  });

  test('gives the entries of a day the id of its summary', async () => {
    const { json: entries } = await request('GET', '/expenses?limit=20', { user: 'viewer' });
    const rows = await sql('select expense_summary_id, day from expense_summary order by day desc limit 25');
    for (const { expenseSummaryId, date } of entries) {
      assert.ok(rows.some((row) => row.expense_summary_id === expenseSummaryId && date.startsWith(row.day)));
    }
  });
});
