// A stack of one's own whose notifier publishes to an SnsEndpoint, and what the tests of it do again and again.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { awsEnvironment } from './aws-environment.mjs';
import { createProduct, unique } from './records.mjs';
import { SnsEndpoint } from './sns-endpoint.mjs';
import { linesOf, startPrivateStack, until } from './stack.mjs';

/** Those of every stack: what the role may do is held against calls with these. */
export const topicArn = (name) => `arn:aws:sns:us-east-1:000000000000:stockpilot-${name}`;
export const MAX_ATTEMPTS = 3;

/** Looks by itself once an hour: what comes sooner was told by the database, or fell due. */
const OPTIONS = {
  SNS_STOCK_ALERTS_TOPIC_ARN: topicArn('stock-alerts'),
  SNS_SYSTEM_ALERTS_TOPIC_ARN: topicArn('system-alerts'),
  SNS_ORDER_NOTIFICATIONS_TOPIC_ARN: '',
  NOTIFIER_POLL_MS: 3_600_000,
  NOTIFIER_PUBLISH_TIMEOUT_MS: 1000,
  NOTIFIER_RETRY_MS: 20,
  NOTIFIER_RETRY_MAX_MS: 200,
  NOTIFIER_MAX_ATTEMPTS: MAX_ATTEMPTS,
};

/** What the counterpart of the instance metadata service gives to the programs of a stack. */
const credentialsGivenOut = ({ state }) => path.join(state, 'imds', 'credentials.json');

/** Gives { stack, sns, stop() }. */
export async function startNotified({ configuration = {} } = {}) {
  const sns = await new SnsEndpoint().open();
  const stack = await startPrivateStack({ configuration: { SNS_ENDPOINT: sns.url, ...OPTIONS, ...configuration } });
  sns.acceptFile(credentialsGivenOut(stack));
  return {
    stack,
    sns,
    async stop() {
      await stack.stop();
      await sns.close();
    },
  };
}

/** A product with 10 in stock and a minimum of 5. */
export const stocked = (stack, fields = {}) =>
  createProduct({ name: unique('Lamp'), stockQuantity: 10, minimumStock: 5, ...fields }, stack);

/** Moves the stock of a product. */
export const move = (stack, { productId }, quantity) =>
  stack.execute("select move_stock($1, 'adjustment', $2::integer, 'count')", [productId, quantity]);

/** Opens an episode of low stock: one message. */
export const runLow = (stack, product) => move(stack, product, -6);

/** Closes the episode and opens the next one, `times` times. */
export const runLowAgain = async (stack, product, times) => {
  for (let n = 0; n < times; n += 1) {
    await move(stack, product, 6);
    await move(stack, product, -6);
  }
};

/** The rows of the outbox about a product, in order. */
export const rowsOf = (stack, { productId }) => stack.sql(
  'select *, sent_at is not null as sent, dead_at is not null as parked from outbox where order_key = $1 order by outbox_id',
  [productId]);

export const allSent = (stack, product) => until(
  async () => (await rowsOf(stack, product)).every(({ sent }) => sent), { what: 'the mark that it is sent', deadline: 20_000 });

/** The notifier's log as objects. */
export const logOf = (stack, name = 'notifier.log') => linesOf(path.join(stack.logDirectory, name))
  .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));

export const logged = (stack, event, matches = () => true) => until(
  () => logOf(stack).filter((line) => line.event === event && matches(line)).at(-1), { what: `the line ${event}`, deadline: 20_000 });

export const isGone = (pid) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** A further notifier of the stack. */
export function startAnother(stack) {
  const output = fs.openSync(path.join(stack.logDirectory, 'notifier-2.log'), 'a');
  const child = spawn(path.join(stack.build, 'stockpilot-notifier'), ['--config', stack.configFile],
    { stdio: ['ignore', output, output], env: awsEnvironment(stack) });
  fs.closeSync(output);
  return {
    pid: child.pid,
    async stop() {
      if (child.exitCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      }
      assert.equal(child.exitCode, 0);
    },
  };
}

/** stockpilotctl against the stack: { code, stdout, stderr, json }. */
export const ctl = (stack, ...words) => new Promise((resolve) => {
  execFile(path.join(stack.build, 'stockpilotctl'), ['--config', stack.configFile, ...words], { env: awsEnvironment(stack) }, (error, stdout, stderr) =>
    resolve({ code: error ? error.code : 0, stdout, stderr, get json() { return JSON.parse(stdout); } }));
});
