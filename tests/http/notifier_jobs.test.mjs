// Who gets which mail, what the notifier does beside, and what it does without a topic.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { allSent, ctl, logged, logOf, rowsOf, runLow, startAnother, startNotified, stocked, topicArn } from './notifier.mjs';
import { post } from './records.mjs';
import { fails } from './sns-endpoint.mjs';
import { until } from './stack.mjs';

let notified;
let stack;
let sns;

before(async () => {
  notified = await startNotified();
  ({ stack, sns } = notified);
});
after(() => notified.stop());
beforeEach(() => Object.assign(sns, { calls: [], decide: undefined }));

/** The user with this token, with an address, who wants mail so. */
async function person(user, alertDelivery, fields = {}) {
  const { userId } = (await stack.request('GET', '/users/me', { user })).json;
  await stack.execute('update users set email = $2 where user_id = $1', [userId, `${user}@shop.example`]);
  const answer = await stack.request('PATCH', '/users/me', { user, json: { alertDelivery, ...fields } });
  assert.equal(answer.status, 200, answer.text);
  return { userId, email: `${user}@shop.example` };
}

const arrived = (product) => sns.until(() => sns.published(product)[0], { what: `the mail about ${product.name}` });
const recipientsOf = ({ attributes }) => JSON.parse(attributes.recipients ?? '[]').sort();

const configure = (change) => fs.writeFileSync(stack.configFile, change(fs.readFileSync(stack.configFile, 'utf8')));

/** Has the notifier begin anew: what it does now and then it does at its start. */
async function reload() {
  const former = logOf(stack).filter(({ event }) => event === 'notifier_reloaded').length;
  process.kill(stack.pids.notifier, 'SIGHUP');
  await until(() => logOf(stack).filter(({ event }) => event === 'notifier_reloaded').length > former, { what: 'the reload' });
}

describe('Mail', () => {
  test('is for those who asked: they are subscribed, tried again when that fails, and named on each message', async () => {
    let refused = 0;
    sns.decide = (call) => (call.action === 'Subscribe' && refused++ === 0 ? fails(503, 'ServiceUnavailable')() : sns.accept(call));
    const [staff, admin] = [await person('staff', 'immediate'), await person('admin', 'immediate')];
    const subscribed = () => sns.calls.filter(({ action, accepted }) => action === 'Subscribe' && accepted);
    await sns.until(() => subscribed().length === 3, { what: 'three subscriptions' });
    const made = subscribed().map(({ topic, protocol, email, form }) => {
      const names = [...form.entries()].filter(([, value]) => value === 'FilterPolicy').map(([key]) => key.replace('key', 'value'));
      return [topic, protocol, email, JSON.parse(form.get(names[0]))];
    });
    assert.deepEqual(new Set(made.map((one) => JSON.stringify(one))), new Set([
      [topicArn('stock-alerts'), 'email', staff.email, { recipients: [staff.userId] }],
      [topicArn('stock-alerts'), 'email', admin.email, { recipients: [admin.userId] }],
      [topicArn('system-alerts'), 'email', admin.email, { recipients: [admin.userId] }],
    ].map((one) => JSON.stringify(one))));

    const product = await stocked(stack);
    await runLow(stack, product);
    assert.deepEqual(recipientsOf(await arrived(product)), [admin.userId, staff.userId].sort());
    await person('staff', 'off');
    const next = await stocked(stack);
    await runLow(stack, next);
    assert.deepEqual(recipientsOf(await arrived(next)), [admin.userId]);
  });

  test('of a day comes once, from several notifiers too', async () => {
    const product = await stocked(stack);
    await runLow(stack, product);
    await arrived(product);
    const hour = new Date().getUTCHours();
    const { userId } = await person('viewer', 'digest', { digestHour: hour });
    // As if the alert had come up an hour ago, and the digest of this hour was still to be made.
    await stack.execute("update notifications set created_at = created_at - interval '1 hour' where product_id = $1", [product.productId]);
    const another = startAnother(stack);
    try {
      await stack.execute('update digest_days set day = day - 1 where user_id = $1', [userId]);
      const digest = await sns.until(() => sns.published().find(({ attributes }) => attributes.kind === 'digest'), { what: 'the digest' });
      assert.deepEqual(recipientsOf(digest), [userId]);
      assert.ok(digest.body.includes(`${product.name} has 4 left`), digest.body);
      await until(async () => (await stack.sql("select 1 from outbox where dedupe_key like 'digest:%' and sent_at is not null")).length === 1);
      // Both have looked again since.
      await stack.execute('update digest_days set day = day - 1 where user_id = $1', [userId]);
      await until(async () => (await stack.sql('select 1 from digest_days where user_id = $1 and day = last_day_with_hour($2::integer)',
        [userId, hour])).length === 1, { deadline: 15_000 });
      assert.equal(sns.published().filter(({ attributes }) => attributes.kind === 'digest').length, 1);
    } finally {
      await another.stop();
    }
  });
});

describe('The books', () => {
  const plant = (quantity) => stack.execute(`set session_replication_role = replica;
    update products set stock_quantity = stock_quantity + $1::integer where product_id = (select min(product_id::text)::uuid from products)`, [quantity]);

  test('add up after sales, whose day is brought up to date at once', async () => {
    const product = await stocked(stack, { price: 7 });
    const sold = await post('/sales', { lines: [{ productId: product.productId, quantity: 2 }] }, { on: stack });
    assert.equal(sold.status, 201, sold.text);
    await until(async () => (await stack.sql('select 1 from sales_summary where total_value >= 14')).length === 1, { what: 'the summary' });
    const { code, stdout } = await ctl(stack, 'verify');
    assert.deepEqual([code, stdout], [0, 'the books add up\n']);
  });

  test('that do not are told: by stockpilotctl, and after three in the morning by the log, the app and mail', async () => {
    await plant(1);
    try {
      const found = await ctl(stack, 'verify', '--json');
      assert.equal(found.code, 1);
      assert.equal(found.json.count, found.json.differences.length);
      assert.ok(found.json.differences.some(({ what, expected, found: is }) => what === 'product: stock' && Number(is) === Number(expected) + 1));
      await stack.execute("update daily_jobs set done_on = done_on - 1, claimed_until = '-infinity'");
      await reload();
      const line = await logged(stack, 'books_differ');
      assert.equal(line.level, 'error');
      const mail = await sns.until(() => sns.published().find(({ topic }) => topic === topicArn('system-alerts')), { what: 'the mail' });
      assert.match(mail.subject, /books do not add up/);
      const told = (await stack.request('GET', '/notifications?type=system', { user: 'admin' })).json;
      assert.ok(told.some(({ title }) => title === 'The books do not add up'));
    } finally {
      await plant(-1);
    }
    assert.equal((await ctl(stack, 'verify')).code, 0);
  });

  test('cannot be verified without a database', async () => {
    await stack.execute('alter role stockpilot_app connection limit 0');
    try {
      const { code, stdout, stderr } = await ctl(stack, 'verify');
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /too many connections/);
    } finally {
      await stack.execute('alter role stockpilot_app connection limit -1');
    }
  });
});

describe('Without a topic', () => {
  test('messages wait, are shown, can be put aside and sent again, and go out when there is one', async () => {
    await stack.execute('update settings set order_notification_amount = 50');
    const product = await stocked(stack, { stockQuantity: 100 });
    const sold = await post('/sales', { lines: [{ productId: product.productId, quantity: 10 }] }, { on: stack });
    assert.equal(sold.status, 201, sold.text);
    await logged(stack, 'topic_not_configured', ({ option }) => option === 'SNS_ORDER_NOTIFICATIONS_TOPIC_ARN');
    const entry = async () => (await ctl(stack, 'outbox', 'list', '--json')).json.messages.find(({ topic }) => topic === 'order-notifications');
    const { id, state, attempts } = await entry();
    assert.deepEqual([state, attempts], ['waiting', 0]);
    assert.match((await ctl(stack, 'outbox')).stdout, new RegExp(`^ +${id} +waiting +order-notifications`, 'm'));
    assert.equal((await ctl(stack, 'outbox', 'park', String(id))).code, 0);
    assert.equal((await entry()).state, 'parked');
    assert.equal((await ctl(stack, 'outbox', 'retry', '--all-parked', '--json')).json.changed, 1);
    assert.equal((await ctl(stack, 'outbox', 'park', '999999')).code, 1);
    assert.equal((await ctl(stack, 'outbox', 'retry')).code, 2);

    configure((text) => text.replace(/^SNS_ORDER_NOTIFICATIONS_TOPIC_ARN=$/m, `$&${topicArn('order-notifications')}`));
    await reload();
    const mail = await sns.until(() => sns.published().find(({ topic }) => topic === topicArn('order-notifications')), { what: 'the mail' });
    assert.match(mail.subject, /^Sale of 100\.00 USD$/);
    assert.equal(await rowsOf(stack, product).then((rows) => rows.length), 0);
  });

  test('a wrong configuration is refused, and the former one counts', async () => {
    configure((text) => text.replace(/^NOTIFIER_POLL_MS=/m, '$&x'));
    process.kill(stack.pids.notifier, 'SIGHUP');
    await logged(stack, 'notifier_reload_refused');
    configure((text) => text.replace(/^NOTIFIER_POLL_MS=x/m, 'NOTIFIER_POLL_MS='));
    const product = await stocked(stack);
    await runLow(stack, product);
    await arrived(product);
    await allSent(stack, product);
  });
});
