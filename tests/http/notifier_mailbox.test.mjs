// The whole way: from a sale by HTTP to the mailbox of the counterpart of SNS, which checks every signature.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { logged, runLow, stocked } from './notifier.mjs';
import { post } from './records.mjs';
import { startPrivateStack, until } from './stack.mjs';

const OWNER = 'owner@stockpilot.test';
let stack;

before(async () => {
  stack = await startPrivateStack({ configuration: { NOTIFIER_POLL_MS: 3_600_000, NOTIFIER_RETRY_MS: 20, NOTIFIER_RETRY_MAX_MS: 200,
    NOTIFIER_PUBLISH_TIMEOUT_MS: 1000 } });
});
after(() => stack.stop());

const control = async (words) => {
  const answer = await fetch(`${stack.snsUrl}/_test/${words}`, { method: 'POST' });
  assert.equal(answer.status, 200, await answer.text());
};
const mailsTo = async (to) => (await fetch(`${stack.snsUrl}/mailbox.json?to=${encodeURIComponent(to)}`)).json();
const mailAbout = (to, { name }) => until(async () => {
  const found = (await mailsTo(to)).filter(({ body }) => body.includes(name));
  return found.length > 0 && found;
}, { what: `a mail about ${name} to ${to}`, deadline: 20_000 });

test('a sale that empties a shelf is a mail to the shop, and to whoever asked for it', async () => {
  const { userId } = (await stack.request('GET', '/users/me', { user: 'staff' })).json;
  await stack.execute("update users set email = 'staff@stockpilot.test' where user_id = $1", [userId]);
  await stack.request('PATCH', '/users/me', { user: 'staff', json: { alertDelivery: 'immediate' } });
  await logged(stack, 'subscription_made', (line) => line.topic === 'order-notifications');
  const product = await stocked(stack);
  const sold = await post('/sales', { lines: [{ productId: product.productId, quantity: 10 }] }, { on: stack });
  assert.equal(sold.status, 201, sold.text);
  for (const to of [OWNER, 'staff@stockpilot.test']) {
    const [mail] = await mailAbout(to, product);
    assert.equal(mail.subject, `Out of stock: ${product.name}`);
  }
  assert.deepEqual(await mailsTo('viewer@stockpilot.test'), []);
});

test('AC-70 taken and never answered, it comes again under the same event id', async () => {
  const product = await stocked(stack);
  await control('fail?mode=hang-after&times=1');
  await runLow(stack, product);
  const [first, second] = await until(async () => {
    const found = (await mailsTo(OWNER)).filter(({ body }) => body.includes(product.name));
    return found.length > 1 && found;
  }, { what: 'the second mail', deadline: 20_000 });
  assert.equal(first.attributes.event_id.value, second.attributes.event_id.value);
});

test('AC-71 credentials that expire are waited for, and taken from the file once it has others', async () => {
  const file = path.join(stack.state, 'aws', 'credentials');
  const former = fs.readFileSync(file, 'utf8');
  const key = /^aws_access_key_id *= *(\S+)$/m.exec(former)[1];
  const product = await stocked(stack);
  await control(`expire?key=${key}`);
  await runLow(stack, product);
  await logged(stack, 'message_failed', ({ cause }) => /ExpiredToken/.test(cause));
  await control('accept?key=AKIDROTATED&secret=rotated-secret');
  fs.writeFileSync(`${file}.new`, '[default]\naws_access_key_id = AKIDROTATED\naws_secret_access_key = rotated-secret\n', { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
  await mailAbout(OWNER, product);
  const log = fs.readFileSync(path.join(stack.logDirectory, 'notifier.log'), 'utf8');
  assert.ok(!log.includes('rotated-secret') && !log.includes(/^aws_secret_access_key *= *(\S+)$/m.exec(former)[1]), 'no secret is logged');
});
