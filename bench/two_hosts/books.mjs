// Do the books say what the clients were told? Asked of whichever database is the primary now.
import assert from 'node:assert/strict';

import { sendOnce } from './clients.mjs';
import { until } from './waiting.mjs';

export const STOCK = 1_000_000;
const ALERTS = 20;

/** Every acknowledged sale is there, once, and nothing else is. Gives how many there are. */
export async function checkSales(database, sold, application) {
  let count = 0;
  for (const [product, acknowledged] of sold) {
    const found = database.rows(`select sale_id as id from sale_lines where product_id = '${product}'`).map(({ id }) => id);
    assert.equal(new Set(acknowledged).size, acknowledged.length, `no sale of ${product} was acknowledged as two`);
    assert.deepEqual(found.sort(), [...acknowledged].sort(), `the sales of ${product}`);
    const [row] = database.rows(`select stock_quantity as stock, (select sum(quantity)::integer from stock_movements m
      where m.product_id = p.product_id) as ledger from products p where product_id = '${product}'`);
    assert.deepEqual([row.stock, row.ledger], [STOCK - acknowledged.length, STOCK - acknowledged.length], `stock and ledger of ${product}`);
    count += acknowledged.length;
  }
  assert.deepEqual(database.rows('select * from verify_books()'), [], 'verify_books()');
  await until(() => database.rows('select 1 from summary_changes').length === 0, { what: 'summaries' });
  await application.ctl('verify'); // throws when it finds anything
  return count;
}

/** Products that are sold below their minimum, all at once: each is one message, mailed by whichever notifier takes it. */
export async function checkAlerts({ database, target, site, products }) {
  const low = await products.create(ALERTS, { stockQuantity: 10, minimumStock: 5 });
  const outcomes = await sendOnce(target, low.length, (number) => ({
    method: 'POST', path: '/sales', key: `alert-${low[number]}`, body: JSON.stringify({ lines: [{ productId: low[number], quantity: 6 }] }),
  }));
  assert.deepEqual(outcomes, { ok: low.length });
  const list = low.map((id) => `'${id}'`).join(',');
  const unsent = `select 1 from outbox where order_key in (${list}) and sent_at is null`;
  await until(() => database.rows(unsent).length === 0, { what: 'the alerts on their way' });
  const messages = database.rows(`select message_id as id from outbox where order_key in (${list})`).map(({ id }) => id);
  const mails = (await (await fetch(site.mailbox)).json()).map(({ attributes }) => attributes.event_id?.value);
  const arrived = mails.filter((id) => messages.includes(id));
  assert.equal(messages.length, low.length, 'one message for each');
  assert.equal(new Set(arrived).size, low.length, 'each has arrived');
  return { alerts: low.length, mails: arrived.length };
}

