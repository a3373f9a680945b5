// Expenses: entry by entry, and by day and category.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { newKey, post, unique, walkPages } from './records.mjs';
import * as shapes from './shapes.mjs';
import { assertProblem } from './shapes.mjs';
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

const edit = ({ location, etag }, json, method = 'PATCH') =>
  request(method, location, { user: 'staff', json, headers: etag ? { 'if-match': etag } : {} });

describe('POST /expenses', () => {
  test('books an expense of a day, or of today', async () => {
    const answer = await post('/expenses', { category: 'Rent', amount: 1200.5, date: '2026-01-31', note: 'Shop' });
    assert.equal(answer.status, 201, answer.text);
    shapes.expense(answer.json);
    const { category, amount, date, note, version } = answer.json;
    assert.deepEqual({ category, amount, date, note, version },
      { category: 'Rent', amount: 1200.5, date: '2026-01-31T00:00:00.000Z', note: 'Shop', version: 1 });
    const read = await request('GET', answer.headers.location, { user: 'viewer' });
    assert.deepEqual([read.json, read.headers.etag], [answer.json, answer.headers.etag]);
    const { json: ofToday } = await post('/expenses', { category: 'Rent', amount: 1 });
    const [{ today }] = await sql('select business_day(now()) as today');
    assert.ok(ofToday.date.startsWith(today));
  });

  test('AC-54 has two decimals, is more than nothing, and has a day of the calendar', async () => {
    const bad = await post('/expenses', { category: ' ', amount: 1.005, date: '2026-02-29' });
    assertProblem(bad, 422, { fields: { '/category': 'blank', '/amount': 'too_many_decimals', '/date': 'not_a_day' } });
    assertProblem(await post('/expenses', { category: 'x', amount: 0 }), 422, { fields: { '/amount': 'out_of_range' } });
    assertProblem(await post('/expenses', {}), 422, { fields: { '/category': 'required', '/amount': 'required' } });
  });

  test('AC-87 is done once for its key', async () => {
    const headers = newKey();
    const category = unique('Once');
    const first = await post('/expenses', { category, amount: 5 }, { headers });
    const second = await post('/expenses', { category, amount: 5 }, { headers });
    assert.deepEqual([second.status, second.text], [201, first.text]);
    const { json: all } = await request('GET', `/expenses/entries?category=${encodeURIComponent(category)}`, { user: 'viewer' });
    assert.deepEqual(all, [first.json]);
  });
});

describe('PATCH and DELETE /expenses/{expenseId}', () => {
  const booked = async () => (await post('/expenses', { category: 'Office', amount: 10, date: '2026-01-15' })).headers;

  test('changes what is sent, and counts the version', async () => {
    const before = await booked();
    const { status, json, headers } = await edit(before, { amount: 12.34, date: '2026-01-16T00:00:00.000Z', note: 'Paper' });
    assert.equal(status, 200);
    assert.deepEqual([json.category, json.amount, json.date.slice(0, 10), json.note, json.version], ['Office', 12.34, '2026-01-16', 'Paper', 2]);
    assert.notEqual(headers.etag, before.etag);
  });

  test('AC-86 without If-Match 428, with an older one 412 and the record as it is', async () => {
    const before = await booked();
    for (const method of ['PATCH', 'DELETE']) {
      assertProblem(await edit({ location: before.location }, { amount: 1 }, method), 428);
    }
    await edit(before, { amount: 11 });
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await edit(before, { amount: 12 }, method);
      const problem = assertProblem(answer, 412);
      assert.deepEqual([problem.current.amount, problem.current.version], [11, 2]);
      const repaired = { location: before.location, etag: answer.headers.etag };
      assert.equal((await edit(repaired, { amount: 11 })).status, 200, 'its ETag is good for the next try');
    }
  });

  test('AC-86 of edits with the same tag at the same moment, one wins', async () => {
    const before = await booked();
    const answers = await Promise.all([11, 12, 13, 14].map((amount) => edit(before, { amount })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200);
    const read = await request('GET', before.location, { user: 'viewer' });
    assert.deepEqual([read.json, read.json.version], [winner.json, 2]);
  });

  test('a void expense is gone, stays in the trail, and counts no more', async () => {
    const category = unique('Void');
    const { headers, json } = await post('/expenses', { category, amount: 10, date: '2026-01-15' });
    assert.equal((await edit(headers, undefined, 'DELETE')).status, 200);
    assertProblem(await request('GET', headers.location, { user: 'viewer' }), 404);
    assertProblem(await edit({ ...headers, etag: '*' }, { amount: 1 }), 404);
    await sql('select refresh_summaries()');
    const counted = await sql('select amount from expense_by_category where category = $1', [category]);
    assert.deepEqual(counted, []);
    const trail = await sql('select action from audit_log where row_id = $1 order by audit_id', [json.expenseId]);
    assert.deepEqual(trail, [{ action: 'insert' }, { action: 'update' }]);
  });
});

describe('GET /expenses/entries', () => {
  test('pages through a category and a range of days, newest first', async () => {
    const category = unique('Paged');
    for (const day of ['2026-02-01', '2026-02-03', '2026-02-02', '2026-02-02', '2026-03-01']) {
      await post('/expenses', { category, amount: 1, date: day });
    }
    const pages = await walkPages(`/expenses/entries?category=${encodeURIComponent(category)}&from=2026-02-01&to=2026-02-28&limit=3`);
    assert.deepEqual(pages.map((page) => page.map(({ date }) => date.slice(8, 10))), [['03', '02', '02'], ['01']]);
    shapes.list(shapes.expense)(pages.flat());
  });

  test('refuses what is no day', async () => {
    assertProblem(await request('GET', '/expenses/entries?from=x', { user: 'viewer' }), 400, { fields: { '?from': 'not_a_day' } });
  });
});
