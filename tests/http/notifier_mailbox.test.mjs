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

/** Commands the counterpart of the instance metadata service; gives what it has then. */
const instance = async (words) => (await fetch(`${stack.imdsUrl}/_test/${words}`, { method: 'POST' })).json();

/** Of all that was ever given out. */
const secretsGivenOut = () => JSON.parse(fs.readFileSync(path.join(stack.state, 'imds', 'credentials.json'), 'utf8')).credentials
  .flatMap(({ secretAccessKey, sessionToken }) => [secretAccessKey, sessionToken]);

test('AC-71 AC-81 credentials that expire are waited for, and fetched from the instance once it has others', async () => {
  const product = await stocked(stack);
  await instance('expire');
  await runLow(stack, product);
  await logged(stack, 'message_failed', ({ cause }) => /ExpiredToken/.test(cause));
  await instance('rotate');
  await mailAbout(OWNER, product);
  const log = fs.readFileSync(path.join(stack.logDirectory, 'notifier.log'), 'utf8');
  const secrets = secretsGivenOut();
  assert.ok(secrets.length >= 4);
  for (const secret of secrets) assert.ok(!log.includes(secret), 'no secret is logged');
});

test('AC-81 while the instance metadata service hangs, messages are sent with the credentials there are', async () => {
  const product = await stocked(stack);
  await instance('rotate?lifetime=120');
  await control('fail?mode=expired&times=1'); // so that those of now are fetched
  await runLow(stack, product);
  await mailAbout(OWNER, product);
  const another = await stocked(stack);
  await instance('fail?mode=hang');
  await runLow(stack, another);
  await mailAbout(OWNER, another);
  assert.ok(await logged(stack, 'credentials_kept'));
});
