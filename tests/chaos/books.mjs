// When all is quiet: do the books say what the clients were told, and was everybody told of what is low?

import assert from 'node:assert/strict';
import { ctl } from '../http/pool.mjs';
import { until } from '../http/stack.mjs';

const DRAIN_MS = 120_000;

async function checkProducts(stack, shop) {
  const rows = await stack.sql(`select p.product_id, p.stock_quantity as stock, p.units_sold as sold,
      coalesce(sum(m.quantity), 0)::integer as ledger, min(m.quantity_after) as least
    from products p left join stock_movements m using (product_id) group by p.product_id`);
  for (const { productId, stock, sold } of shop.products) {
    const row = rows.find((each) => each.product_id === productId);
    assert.deepEqual({ stock: row.stock, sold: row.sold, ledger: row.ledger }, { stock, sold, ledger: stock }, `the product ${productId}`);
    assert.ok(row.least >= 0, 'the stock was never below zero');
  }
}

/** Every acknowledged document is there as it was acknowledged, and no other one. */
async function checkDocuments(stack, kind, acknowledged) {
  const [id, unit] = kind === 'sales' ? ['sale', 'unit_price'] : ['purchase', 'unit_cost'];
  const rows = await stack.sql(`select ${id}_id as id, array_agg(product_id || ' ' || quantity || ' ' || ${unit}::float order by product_id) as lines
    from ${id}_lines group by 1`);
  const found = new Map(rows.map((row) => [row.id, row.lines]));
  for (const [documentId, { lines }] of acknowledged) {
    const expected = lines.map((line) => `${line.productId} ${line.quantity} ${line.unitPrice ?? line.unitCost}`).sort();
    assert.deepEqual(found.get(documentId)?.sort(), expected, `the ${id} ${documentId}`);
  }
  assert.equal(found.size, acknowledged.size, `no ${id} but those that were acknowledged`);
}

async function checkReversals(stack, shop) {
  const rows = await stack.sql('select reversal_of as id from stock_movements where reversal_of is not null');
  assert.deepEqual(rows.map(({ id }) => id).sort(), [...shop.undone].sort(), 'what was undone');
}

async function checkExpenses(stack, shop) {
  const rows = await stack.sql('select expense_id as id, amount::float, voided_at is not null as void from expenses');
  const told = [...shop.expenses].map(([id, expense]) => [id, expense === null ? 'void' : expense.amount]).sort();
  const found = rows.map(({ id, amount, void: gone }) => [id, gone ? 'void' : amount]).sort();
  assert.deepEqual(found, told, 'the expenses');
}

/** Each fall through the minimum is one episode, one notification, one message, and at least one mail. */
async function checkAlerts(stack, shop) {
  await until(async () => (await stack.sql('select 1 from outbox where sent_at is null')).length === 0,
    { what: 'an empty outbox', deadline: DRAIN_MS });
  const rows = await stack.sql(`select product_id,
      count(*) filter (where former >= minimum_stock and quantity_after < minimum_stock)::integer as falls,
      (select episode from alert_states a where a.product_id = m.product_id) as episodes,
      (select count(*)::integer from notifications n where n.product_id = m.product_id) as notifications,
      (select count(*)::integer from outbox o where o.order_key = m.product_id::text) as messages
    from (select product_id, quantity_after, p.minimum_stock,
                 lag(quantity_after) over (partition by product_id order by sequence) as former
            from stock_movements join products p using (product_id)) m
    group by product_id`);
  let episodes = 0;
  for (const { productId } of shop.products) {
    const { falls, ...told } = rows.find((row) => row.product_id === productId);
    assert.deepEqual([told.episodes ?? 0, told.notifications, told.messages], [falls, falls, falls], `the episodes of ${productId}`);
    episodes += falls;
  }
  const mails = await (await fetch(`${stack.snsUrl}/mailbox.json?to=owner%40stockpilot.test`)).json();
  const arrived = new Set(mails.map((mail) => mail.attributes.event_id.value));
  const sent = await stack.sql('select message_id as id from outbox');
  assert.deepEqual(sent.filter(({ id }) => !arrived.has(id)), [], 'every message has arrived');
  return { episodes, mails: mails.length };
}

async function checkVerification(stack) {
  await until(async () => (await stack.sql('select 1 from summary_changes')).length === 0, { what: 'summaries', deadline: 30_000 });
  const { code, stdout, stderr } = await ctl(stack, 'verify');
  assert.equal(code, 0, `stockpilotctl verify: ${stdout}${stderr}`);
}

/** Throws at the first thing that does not add up; gives figures for the summary. */
export async function checkBooks(stack, shop) {
  await checkProducts(stack, shop);
  await checkDocuments(stack, 'sales', shop.documents.sales);
  await checkDocuments(stack, 'purchases', shop.documents.purchases);
  await checkReversals(stack, shop);
  await checkExpenses(stack, shop);
  const alerts = await checkAlerts(stack, shop);
  await checkVerification(stack);
  return alerts;
}

/** No worker hung, none died but by our hand (`killed` so many of them), and none had a fault of its own. */
export function checkLog(stack, killed) {
  const lines = stack.logLines();
  const faults = lines.filter(({ level, status, event }) => event === 'request' && (status === 500 || level === 'error') && status !== 503);
  assert.deepEqual(faults.slice(0, 3), [], 'no fault of ours was answered');
  const hung = lines.filter(({ event }) => event === 'worker_stuck' || event === 'worker_does_not_leave');
  assert.deepEqual(hung.slice(0, 3), [], 'no worker hung');
  const crashes = lines.filter(({ event }) => event === 'worker_crashed');
  const byThemselves = crashes.filter(({ how }) => !how.startsWith('signal 9 '));
  assert.deepEqual(byThemselves.slice(0, 3), [], 'no worker crashed by itself');
  assert.ok(crashes.length <= killed, `${crashes.length} workers were killed, ${killed} of them by us`);
}
