// The programs' own SNS client against the counterpart, which the official SDK has been held against.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { AskedProgram, buildProgram } from './asked_program.mjs';
import { KEY, SECRET, SnsCounterpart, topicArn } from './sns_counterpart.mjs';

const TIMEOUT_MS = 1500;

let sns;
let program;
let folder;
const started = [];

before(async () => {
  program = buildProgram('sns_publisher');
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sns-client-'));
  sns = await SnsCounterpart.start();
});
after(async () => {
  for (const publisher of started) await publisher.end();
  await sns?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => sns.control('fail', { mode: 'ok' }));

/** One process of the client; publish() gives its word and what stands behind it. */
class Publisher extends AskedProgram {
  constructor({ topic = topicArn('alerts'), subject = 'Subject', body = 'Body', environment = {}, endpoint = sns.url } = {}) {
    super(program, [endpoint, String(TIMEOUT_MS), topic, subject, body], {
      AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: '', AWS_EC2_METADATA_DISABLED: 'true', ...environment,
    });
    started.push(this);
  }

  publish() { return this.ask('publish'); }

  subscribe(address, policy = '') { return this.ask(`subscribe ${address}${policy && ` ${policy}`}`); }
}

const outcome = async (options) => new Publisher(options).publish();
const last = async () => (await sns.mails()).at(-1);

describe('Publishing', () => {
  test('arrives as it was sent, with its attributes', async () => {
    const body = 'Lamp has 4 left.\n"Ä" → 💡 + 100 % & more = all';
    const [word, id] = await outcome({ subject: 'Low stock: Lamp + more', body });
    assert.equal(word, 'accepted');
    const mail = await last();
    assert.deepEqual([mail.messageId, mail.subject, mail.body], [id, 'Low stock: Lamp + more', body]);
    assert.deepEqual(mail.attributes, {
      event_id: { type: 'String', value: 'event-1' }, recipients: { type: 'String.Array', value: '["user-1"]' },
    });
  });

  test('a large message arrives whole', async () => {
    const body = 'ä'.repeat(60 * 1024);
    assert.equal((await outcome({ body }))[0], 'accepted');
    assert.equal((await last()).body, body);
  });

  test('AC-71 5xx and throttling are worth another try', async () => {
    const publisher = new Publisher();
    for (const mode of [500, 503, 'throttle', 'cut']) {
      await sns.control('fail', { mode, times: 1 });
      const [word, cause] = await publisher.publish();
      assert.equal(word, 'try-again', `${mode}: ${cause}`);
      assert.equal((await publisher.publish())[0], 'accepted');
    }
  });

  test('AC-70 no answer after it was accepted: try again, within the time', async () => {
    const publisher = new Publisher();
    for (const mode of ['cut-after', 'hang-after', 'hang']) {
      await sns.control('fail', { mode, times: 1 });
      assert.equal((await publisher.publish())[0], 'try-again', mode);
    }
    assert.equal((await publisher.publish())[0], 'accepted');
  });

  test('AC-72 what is wrong with the message is refused for good', async () => {
    for (const [options, code] of [[{ body: '' }, 'InvalidParameter'], [{ body: 'x'.repeat(100), subject: 'two\nlines' }, 'InvalidParameter'],
      [{ topic: topicArn('nowhere') }, 'NotFound']]) {
      const [word, cause] = await outcome(options);
      assert.deepEqual([word, cause.includes(code)], ['refused', true], cause);
    }
    await sns.control('fail', { mode: 'denied', times: 1 });
    assert.equal((await outcome())[0], 'refused');
  });

  test('AC-83 a redirect is not followed, and an answer without end is none', async () => {
    const publisher = new Publisher();
    for (const mode of ['redirect', 'huge']) {
      const { seen } = await sns.calls();
      await sns.control('fail', { mode, times: 1 });
      assert.equal((await publisher.publish())[0], 'try-again', mode);
      assert.equal((await sns.calls()).seen, seen + 1, 'asked once');
    }
  });

  test('nobody there: try again', async () => {
    assert.equal((await outcome({ endpoint: 'http://127.0.0.1:1' }))[0], 'try-again');
  });
});

describe('Credentials', () => {
  const file = () => path.join(folder, 'credentials');
  const write = (id, secret, token) => {
    fs.writeFileSync(`${file()}.new`, `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`
      + (token ? `aws_session_token = ${token}\n` : ''), { mode: 0o600 });
    fs.renameSync(`${file()}.new`, file());
  };
  const fromFile = () => new Publisher({
    environment: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: file() },
  });

  test('AC-71 expired ones are looked for anew, once, and used when they are there', async () => {
    await sns.control('accept', { key: 'ASIAONE', secret: 'one', token: 'token-1' });
    write('ASIAONE', 'one', 'token-1');
    const publisher = fromFile();
    assert.equal((await publisher.publish())[0], 'accepted');
    await sns.control('expire', { key: 'ASIAONE' });
    const { seen } = await sns.calls();
    const [word, cause] = await publisher.publish();
    assert.deepEqual([word, cause], ['try-again', 'SNS says 403 ExpiredToken']);
    assert.equal((await sns.calls()).seen, seen + 2, 'one more try with what was found');
    await sns.control('accept', { key: 'ASIATWO', secret: 'two', token: 'token-2' });
    write('ASIATWO', 'two', 'token-2');
    assert.equal((await publisher.publish())[0], 'accepted');
  });

  test('none at all, and wrong ones: try again, and the secret is in no message', async () => {
    fs.rmSync(file(), { force: true });
    const [word, cause] = await fromFile().publish();
    assert.equal(word, 'try-again');
    assert.match(cause, /no AWS credentials/);
    write(KEY, 'not-the-secret');
    const wrong = await fromFile().publish();
    assert.deepEqual(wrong, ['try-again', 'SNS says 403 SignatureDoesNotMatch']);
  });
});

test('Subscribing an address, with a filter policy', async () => {
  const publisher = new Publisher();
  assert.deepEqual(await publisher.subscribe('user-1@x.test', '{"recipients":["user-1"]}'), ['accepted', 'pending confirmation']);
  assert.deepEqual(await publisher.subscribe('user-2@x.test', '{"recipients":["user-2"]}'), ['accepted', 'pending confirmation']);
  await publisher.publish();
  assert.equal((await sns.mails('user-1@x.test')).length, 1);
  assert.equal((await sns.mails('user-2@x.test')).length, 0);
  assert.equal((await publisher.subscribe('nobody'))[0], 'refused');
});
