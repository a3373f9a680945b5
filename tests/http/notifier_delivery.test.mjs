// What must leave the building leaves it, whatever SNS, the database or the notifier itself goes through.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { DatabaseSession } from './database-session.mjs';
import {
  allSent, ctl, isGone, logged, logOf, MAX_ATTEMPTS, move, rowsOf, runLow, runLowAgain, startAnother, startNotified, stocked, topicArn,
} from './notifier.mjs';
import { post } from './records.mjs';
import { fails, silence, taken } from './sns-endpoint.mjs';
import { until } from './stack.mjs';
import { childrenOf } from './worker-processes.mjs';

let notified;
let stack;
let sns;

before(async () => {
  notified = await startNotified();
  ({ stack, sns } = notified);
});
after(() => notified.stop());
beforeEach(() => Object.assign(sns, { calls: [], decide: undefined, connected: () => {}, answered: () => {} }));

const arrived = (product, count = 1) => sns.until(() => sns.published(product).length >= count && sns.published(product),
  { what: `${count} about ${product.name}` });
const about = (product) => ({ attributes }) => attributes.product_id === product.productId;
const notifiersConnections = async () =>
  (await stack.sql("select count(*)::integer as n from pg_stat_activity where application_name = 'stockpilot-notifier'"))[0].n;
/** Decides by `first` about the first `times` calls about the product, and accepts the rest. */
const decideFirst = (product, times, first) => {
  let left = times;
  sns.decide = (call) => (about(product)(call) && left-- > 0 ? first(call) : sns.accept(call));
};

describe('A message', () => {
  test('AC-77 is on its way at once, with a legal subject and the facts, whatever the product is called', async () => {
    const name = `Lámp 💡 ${'very '.repeat(30)}long`;
    const product = await stocked(stack, { name, sku: randomUUID().slice(0, 13) });
    await stack.execute("update products set name = replace(name, ' very', E'\\nvery') where product_id = $1", [product.productId]);
    const sold = await post('/sales', { lines: [{ productId: product.productId, quantity: 6 }] }, { on: stack });
    assert.equal(sold.status, 201, sold.text);
    const [mail] = await arrived(product);
    assert.equal(mail.topic, topicArn('stock-alerts'));
    assert.match(mail.subject, /^[\x21-\x7e][\x20-\x7e]{0,99}$/);
    assert.match(mail.subject, /^Low stock: Lamp/);
    for (const fact of [`SKU: ${product.sku}`, 'In stock: 4', 'Minimum: 5', 'alertDelivery']) assert.ok(mail.body.includes(fact), fact);
    assert.match(mail.body, /^Time: \d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
    const [row] = await rowsOf(stack, product);
    assert.equal(mail.attributes.event_id, row.message_id);
    assert.equal(mail.attributes.kind, 'alert');
    await allSent(stack, product);
    const line = await logged(stack, 'message_sent', ({ message_id: id }) => id === row.message_id);
    assert.ok(!JSON.stringify(line).includes('Lámp'), 'the log has no text of it');
  });

  test('AC-76 of a change that is rolled back is none', async () => {
    const [undone, done] = [await stocked(stack), await stocked(stack)];
    await stack.execute("begin; select move_stock($1, 'adjustment', -6, 'count'); rollback", [undone.productId]);
    await runLow(stack, done);
    await arrived(done);
    assert.deepEqual(sns.calls.filter(about(undone)), []);
    assert.deepEqual(await rowsOf(stack, undone), []);
  });

  test('AC-70 that was taken, and the answer lost, comes again under the same event id', async () => {
    const product = await stocked(stack);
    decideFirst(product, 1, taken);
    await runLow(stack, product);
    const [first, second] = await arrived(product, 2);
    assert.equal(first.attributes.event_id, second.attributes.event_id);
    await allSent(stack, product);
  });

  test('AC-71 is tried again, however often, while SNS is out of order', async () => {
    const product = await stocked(stack);
    const faults = [fails(503, 'ServiceUnavailable'), fails(500, 'InternalFailure'), fails(400, 'Throttling'), fails(403, 'ExpiredToken')];
    decideFirst(product, 4 * MAX_ATTEMPTS, () => faults[sns.calls.length % faults.length]());
    await runLow(stack, product);
    await arrived(product);
    await allSent(stack, product);
    assert.ok(new Set(sns.calls.filter(about(product)).map(({ attributes }) => attributes.event_id)).size === 1);
    const lines = logOf(stack).filter(({ event, cause }) => event === 'message_failed' && /ServiceUnavailable/.test(cause));
    assert.ok(lines.length > 0 && lines.every((line) => line.retry_in_ms <= 200), 'each failure is told');
  });

  test('AC-72 that is refused is put aside after so many tries: others flow, a system alert tells, and a person sends it again', async () => {
    const [refused, other] = [await stocked(stack), await stocked(stack)];
    sns.decide = (call) => (about(refused)(call) ? fails(400, 'InvalidParameter')() : sns.accept(call));
    await runLow(stack, refused);
    await runLow(stack, other);
    await arrived(other);
    const alert = await sns.until(() => sns.published().find(({ topic }) => topic === topicArn('system-alerts')), { what: 'the system alert' });
    assert.equal(sns.calls.filter(about(refused)).length, MAX_ATTEMPTS);
    const [row] = await rowsOf(stack, refused);
    assert.ok(row.parked && row.last_error.includes('InvalidParameter'), JSON.stringify(row));
    assert.match(alert.body, /put aside after 3 tries/);
    const told = (await stack.request('GET', '/notifications?type=system', { user: 'admin' })).json;
    assert.ok(told.some(({ message }) => message.includes(`Message ${row.outbox_id} `)));

    const { json } = await ctl(stack, 'outbox', '--json');
    const entry = json.messages.find(({ id }) => id === row.outbox_id);
    assert.deepEqual([entry.state, entry.refusals, entry.messageId], ['parked', MAX_ATTEMPTS, row.message_id]);
    sns.decide = undefined;
    assert.equal((await ctl(stack, 'outbox', 'retry', String(row.outbox_id))).code, 0);
    await arrived(refused);
    await allSent(stack, refused);
  });

  test('AC-73 waits while SNS is down, unnoticed by the API, and the backlog drains, none lost', async () => {
    await sns.close();
    const products = await Promise.all(Array.from({ length: 20 }, () => stocked(stack)));
    for (const product of products) {
      const sold = await post('/sales', { lines: [{ productId: product.productId, quantity: 6 }] }, { on: stack });
      assert.equal(sold.status, 201, sold.text);
    }
    const tries = () => stack.sql('select sum(attempts)::integer as n from outbox where sent_at is null');
    await until(async () => (await tries())[0].n > 2 * MAX_ATTEMPTS, { deadline: 30_000, what: 'more tries than a refused message has' });
    assert.equal((await ctl(stack, 'outbox', '--json')).json.waiting, products.length);
    await sns.open();
    for (const product of products) {
      await arrived(product);
      await allSent(stack, product);
    }
  });
});

describe('AC-74 A notifier that is killed', () => {
  /** Kills it with all its processes when `point` says so, ends the lease, and starts it again. */
  const killedAt = async (product, point, gone = () => {}) => {
    const { notifier } = stack.pids;
    const killed = new Promise((resolve) => {
      point(() => {
        process.kill(notifier, 'SIGKILL');
        Object.assign(sns, { decide: silence, connected: () => {}, answered: () => {} });
        resolve();
      });
    });
    await runLow(stack, product);
    await killed;
    await until(async () => (await notifiersConnections()) === 0, { what: 'the end of all its processes' });
    await gone();
    const [row] = await rowsOf(stack, product);
    assert.ok(!row.sent && row.claimed_by, 'it had claimed the message, and not marked it');
    await stack.execute('update outbox set available_at = now() where sent_at is null');
    const before = sns.published(product).length;
    sns.decide = undefined;
    await stack.dev('up');
    stack.reread();
    await arrived(product, before + 1);
    await allSent(stack, product);
    const ids = sns.calls.filter(about(product)).map(({ attributes }) => attributes.event_id);
    assert.deepEqual(new Set(ids), new Set([row.message_id]));
  };

  test('before the call is made loses nothing', async () => {
    await killedAt(await stocked(stack), (kill) => { sns.connected = kill; });
  });

  test('during the call loses nothing', async () => {
    await killedAt(await stocked(stack), (kill) => { sns.decide = () => { kill(); return silence(); }; });
  });

  test('after the call, before the mark, loses nothing', async () => {
    const session = new DatabaseSession(stack.adminDatabaseUrl);
    await killedAt(await stocked(stack), (kill) => {
      // The mark waits for this row, for half a second at least.
      sns.decide = async (call) => {
        await session.run(`begin; select 1 from outbox where message_id = '${call.attributes.event_id}' for update`);
        return sns.accept(call);
      };
      sns.answered = kill;
    }, () => session.end());
  });
});

describe('The notifier', () => {
  test('AC-75 in two copies keeps the order of each product', async () => {
    const another = startAnother(stack);
    try {
      const products = await Promise.all(Array.from({ length: 6 }, () => stocked(stack)));
      let count = 0;
      sns.decide = async (call) => {
        count += 1;
        await new Promise((resolve) => { setTimeout(resolve, count % 7); });
        return count % 5 === 0 ? fails(503, 'ServiceUnavailable')() : sns.accept(call);
      };
      await Promise.all(products.map(async (product) => {
        await runLow(stack, product);
        await runLowAgain(stack, product, 4);
      }));
      for (const product of products) {
        const mails = await arrived(product, 5);
        await allSent(stack, product);
        const rows = await rowsOf(stack, product);
        assert.deepEqual(mails.map(({ attributes }) => attributes.event_id), rows.map((row) => row.message_id));
      }
      const ids = new Set(sns.calls.map(({ attributes }) => attributes.event_id));
      for (const name of ['notifier.log', 'notifier-2.log']) {
        assert.ok(logOf(stack, name).some((line) => line.event === 'message_sent' && ids.has(line.message_id)), `some are in ${name}`);
      }
    } finally {
      await another.stop();
    }
  });

  test('finds its way back to the database', async () => {
    const product = await stocked(stack);
    await stack.execute('alter role stockpilot_app connection limit 0');
    await stack.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'stockpilot-notifier'");
    await logged(stack, 'outbox_unreachable');
    await runLow(stack, product);
    await stack.execute('alter role stockpilot_app connection limit -1');
    await arrived(product);
    assert.ok(!isGone(stack.pids.notifier));
  });

  test('leaves although SNS keeps it waiting, and what it had claimed is free at once', async () => {
    const products = [await stocked(stack), await stocked(stack)];
    const session = new DatabaseSession(stack.adminDatabaseUrl);
    await session.run('begin');
    for (const { productId } of products) await session.run(`select move_stock('${productId}', 'adjustment', -6, 'count')`);
    sns.decide = silence;
    await session.run('commit');
    await session.end();
    await sns.until(() => sns.calls.length > 0);
    const { notifier } = stack.pids;
    process.kill(notifier, 'SIGTERM');
    await until(() => isGone(notifier), { what: 'its end' });
    for (const product of products) {
      const [row] = await rowsOf(stack, product);
      assert.deepEqual([row.claimed_by, row.sent], [null, false]);
    }
    sns.decide = undefined;
    await stack.dev('up');
    stack.reread();
    for (const product of products) await arrived(product);
  });

  test('starts again what ends by itself', async () => {
    const { notifier } = stack.pids;
    const processes = childrenOf(notifier).length;
    assert.ok(processes > 3, 'one for each destination, and two that keep house');
    assert.equal(await notifiersConnections(), processes);
    const { pid } = logOf(stack).filter(({ event }) => event === 'message_sent').at(-1);
    process.kill(pid, 'SIGKILL');
    await logged(stack, 'process_ended', (line) => line.process === 'publisher' && line.signal === 9);
    const product = await stocked(stack);
    await runLow(stack, product);
    await arrived(product);
    assert.ok(!isGone(notifier));
  });
});
