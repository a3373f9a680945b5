// The settings of the business, changed by stockpilotctl.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createProduct, sell } from './records.mjs';
import { startPrivateStack } from './stack.mjs';

let shop;

/** Runs `stockpilotctl settings` and gives { code, lines, complaint }. */
const settings = (url, ...assignments) => {
  const program = path.join(shop.build, 'stockpilotctl');
  const env = { ...process.env, STOCKPILOT_CONFIG: '/dev/null', MIGRATION_DATABASE_URL: url };
  return new Promise((resolve) => execFile(program, ['settings', ...assignments], { env }, (error, stdout, stderr) =>
    resolve({ code: error?.code ?? 0, lines: stdout.trim().split('\n'), complaint: stderr.trim() })));
};

describe('stockpilotctl settings', () => {
  let owner;
  before(async () => {
    shop = await startPrivateStack();
    owner = shop.ownerDatabaseUrl;
  });
  after(() => shop?.stop());

  test('shows them as it takes them', async () => {
    const { code, lines, complaint } = await settings(owner);
    assert.deepEqual([code, complaint], [0, '']);
    assert.deepEqual(lines, ['currency=USD', 'businessTimeZone=UTC', 'defaultMinimumStock=10', 'orderNotificationAmount=']);
    assert.deepEqual((await settings(owner, ...lines)).lines, lines);
  });

  test('changes several at once; a new time zone moves the days that are past', async () => {
    const product = await createProduct({ stockQuantity: 5 }, shop);
    await sell(product, 1, { price: 7, at: '2026-01-02 03:00+00', on: shop });
    await shop.sql('select refresh_summaries()');
    const { code, lines, complaint } = await settings(owner, 'businessTimeZone=America/New_York', 'currency=EUR',
      'defaultMinimumStock=3', 'orderNotificationAmount=99.5');
    assert.deepEqual([code, complaint], [0, '']);
    assert.deepEqual(lines, ['currency=EUR', 'businessTimeZone=America/New_York', 'defaultMinimumStock=3', 'orderNotificationAmount=99.50']);
    const { json } = await shop.request('GET', '/settings', { user: 'viewer' });
    assert.deepEqual([json.currency, json.businessTimeZone, json.defaultMinimumStock],
      ['EUR', 'America/New_York', 3]);
    assert.deepEqual(await shop.sql("select day, total_value::float as total from sales_summary where day < '2026-02-01' and total_value > 0"),
      [{ day: '2026-01-01', total: 7 }]);
    assert.equal((await createProduct({}, shop)).minimumStock, 3);
  });

  test('an empty value takes the amount away', async () => {
    assert.equal((await settings(owner, 'orderNotificationAmount=')).lines.at(-1), 'orderNotificationAmount=');
  });

  test('changes nothing when one of them is wrong, and says which', async () => {
    const { lines: before } = await settings(owner);
    for (const [assignment, says] of [
      ['currency=euro', /currency is a code of ISO 4217/], ['businessTimeZone=Mars/Olympus', /businessTimeZone is a time zone/],
      ['businessTimeZone=', /businessTimeZone is a time zone/],
      ['businessTimeZone=+3', /businessTimeZone is a time zone/], ['businessTimeZone=localtime', /businessTimeZone is a time zone/], ['defaultMinimumStock=-1', /defaultMinimumStock is an integer/],
      ['defaultMinimumStock=x', /defaultMinimumStock is an integer/], ['orderNotificationAmount=NaN', /orderNotificationAmount is an amount/], ['orderNotificationAmount=0', /orderNotificationAmount is an amount/],
      ['colour=red', /"colour=red" is not NAME=VALUE/], ['currency', /"currency" is not NAME=VALUE/],
    ]) {
      const { code, complaint } = await settings(owner, 'defaultMinimumStock=77', assignment);
      assert.equal(code, 1);
      assert.match(complaint, says);
      assert.equal(complaint.split('\n').length, 1, 'one line');
    }
    assert.deepEqual((await settings(owner)).lines, before);
  });

  test('only the owner changes them', async () => {
    const programs = shop.databaseUrl;
    assert.equal((await settings(programs)).code, 0);
    const { code, complaint } = await settings(programs, 'currency=CHF');
    assert.equal(code, 1);
    assert.match(complaint, /only stockpilot_owner/);
  });
});
