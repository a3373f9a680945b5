// Is the counterpart of SNS one? The official SDK thinks so: it publishes and subscribes, and meets each error that it
// would meet at AWS.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, test } from 'node:test';
import { KEY, REGION, SECRET, SnsCounterpart, topicArn } from './sns_counterpart.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const {
  CreateTopicCommand, ListSubscriptionsByTopicCommand, ListTopicsCommand, PublishCommand, SetSubscriptionAttributesCommand,
  SNSClient, SubscribeCommand, UnsubscribeCommand,
} = require('@aws-sdk/client-sns');

const TOPIC = topicArn('alerts');

let sns;
before(async () => { sns = await SnsCounterpart.start(); });
after(() => sns?.stop());
beforeEach(() => sns.control('fail', { mode: 'ok' }));

const client = (rest = {}) => new SNSClient({
  region: REGION, endpoint: sns.url, maxAttempts: 1, credentials: { accessKeyId: KEY, secretAccessKey: SECRET }, ...rest,
});
const publish = (fields, rest) => client(rest).send(new PublishCommand({ TopicArn: TOPIC, Message: 'Body', ...fields }));
const refused = (promise, name) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, `${error.name}: ${error.message}`);
  return true;
});

describe('The official SDK', () => {
  test('publishes, and the mail is there, also after a restart', async () => {
    const { MessageId } = await publish({
      Subject: 'Low stock: Lamp', Message: 'Lamp has 4 left.\nÄ → 💡', MessageAttributes: { event_id: { DataType: 'String', StringValue: 'e-1' } },
    });
    const expected = { messageId: MessageId, subject: 'Low stock: Lamp', body: 'Lamp has 4 left.\nÄ → 💡', topicArn: TOPIC };
    const told = ({ messageId, subject, body, topicArn: arn }) => ({ messageId, subject, body, topicArn: arn });
    assert.deepEqual(told((await sns.mails()).at(-1)), expected);
    await sns.restart();
    const mail = (await sns.mails()).at(-1);
    assert.deepEqual(told(mail), expected);
    assert.deepEqual(mail.attributes, { event_id: { type: 'String', value: 'e-1' } });
  });

  test('makes topics, subscribes addresses, and lists both', async () => {
    const { TopicArn } = await client().send(new CreateTopicCommand({ Name: 'made' }));
    assert.equal(TopicArn, topicArn('made'));
    assert.equal((await client().send(new CreateTopicCommand({ Name: 'made' }))).TopicArn, TopicArn);
    assert.ok((await client().send(new ListTopicsCommand({}))).Topics.some((topic) => topic.TopicArn === TopicArn));
    const subscribe = (fields) => client().send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@b.test', ...fields }));
    assert.equal((await subscribe({})).SubscriptionArn, 'pending confirmation');
    const { SubscriptionArn } = await subscribe({ ReturnSubscriptionArn: true });
    const { Subscriptions } = await client().send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    assert.deepEqual(Subscriptions.map(({ Endpoint, SubscriptionArn: arn }) => [Endpoint, arn]), [['a@b.test', SubscriptionArn]]);
    await refused(subscribe({ Attributes: { FilterPolicy: '{"a":["b"]}' } }), 'InvalidParameterException');
    await refused(subscribe({ Endpoint: 'nobody' }), 'InvalidParameterException');
    await client().send(new UnsubscribeCommand({ SubscriptionArn }));
    assert.deepEqual((await client().send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? [], []);
  });

  test('reaches by a filter policy whom it names', async () => {
    const { TopicArn } = await client().send(new CreateTopicCommand({ Name: 'filtered' }));
    const { SubscriptionArn } = await client().send(new SubscribeCommand({
      TopicArn, Protocol: 'email', Endpoint: 'one@x.test', ReturnSubscriptionArn: true, Attributes: { FilterPolicy: '{"recipients":["1"]}' },
    }));
    const to = (value) => publish({ TopicArn, MessageAttributes: { recipients: { DataType: 'String.Array', StringValue: value } } });
    const reached = async () => (await sns.mails('one@x.test')).length;
    await to('["2","1"]');
    await to('["2"]');
    await publish({ TopicArn });
    assert.equal(await reached(), 1);
    await client().send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{"recipients":["2"]}' }));
    await to('["2"]');
    assert.equal(await reached(), 2);
  });

  test('AC-77 is refused a subject that no mail can have, an empty message, and one that is too long', async () => {
    for (const Subject of ['two\nlines', 'Lämp', '💡', 'x'.repeat(100), ' blank first', '']) {
      if (Subject !== '') await refused(publish({ Subject }), 'InvalidParameterException');
    }
    await publish({ Subject: 'x'.repeat(99) });
    await refused(publish({ Message: '' }), 'InvalidParameterException');
    await publish({ Message: 'x'.repeat(256 * 1024) });
    await refused(publish({ Message: 'x'.repeat(256 * 1024 + 1) }), 'InvalidParameterException');
    await refused(publish({ MessageAttributes: { a: { DataType: 'String.Array', StringValue: 'none' } } }), 'InvalidParameterException');
    await refused(publish({ TopicArn: topicArn('nowhere') }), 'NotFoundException');
  });

  test('is refused when it signs with another secret, key, region or clock', async () => {
    await refused(publish({}, { credentials: { accessKeyId: KEY, secretAccessKey: 'wrong' } }), 'SignatureDoesNotMatch');
    await refused(publish({}, { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: SECRET } }), 'InvalidClientTokenId');
    await refused(publish({}, { region: 'eu-west-1' }), 'SignatureDoesNotMatch');
    await refused(publish({}, { systemClockOffset: -6 * 60 * 1000 }), 'SignatureDoesNotMatch');
    await publish({}, { systemClockOffset: -4 * 60 * 1000 });
  });

  test('is refused a body that was changed on the way, and a request that nobody signed', async () => {
    const sdk = client();
    let sent;
    sdk.middlewareStack.add((next) => (args) => {
      sent = args.request;
      return next(args);
    }, { step: 'deserialize', priority: 'low' });
    await sdk.send(new PublishCommand({ TopicArn: TOPIC, Message: 'Body' }));
    const { host, 'content-length': length, ...headers } = sent.headers;
    const again = (body) => fetch(sns.url, { method: 'POST', headers, body });
    const body = Buffer.from(sent.body).toString();
    assert.equal((await again(body)).status, 200, 'as it was it is good');
    assert.match(await (await again(body.replace('Message=Body', 'Message=Bodz'))).text(), /<Code>SignatureDoesNotMatch</);
    const answer = await fetch(sns.url, { method: 'POST', body: 'Action=ListTopics' });
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /<Code>MissingAuthenticationToken</);
  });

  test('meets a session token that is needed, and one that has expired', async () => {
    const temporary = { accessKeyId: 'ASIATESTONLY', secretAccessKey: 'temporary', sessionToken: 'session' };
    await sns.control('accept', { key: temporary.accessKeyId, secret: temporary.secretAccessKey, token: temporary.sessionToken });
    await publish({}, { credentials: temporary });
    await refused(publish({}, { credentials: { ...temporary, sessionToken: undefined } }), 'InvalidClientTokenId');
    await sns.control('expire', { key: temporary.accessKeyId });
    await refused(publish({}, { credentials: temporary }), 'ExpiredToken');
  });

  test('meets the faults that tests ask for', async () => {
    for (const [mode, name] of [[500, 'InternalFailure'], [503, 'ServiceUnavailable'], ['throttle', 'Throttling'],
      ['expired', 'ExpiredToken'], ['invalid', 'InvalidParameterException'], ['denied', 'AuthorizationErrorException']]) {
      await sns.control('fail', { mode, times: 1 });
      await refused(publish({}), name);
      await publish({});
    }
    const before = (await sns.mails()).length;
    await sns.control('fail', { mode: 'cut-after', times: 1 });
    await assert.rejects(publish({}));
    assert.equal((await sns.mails()).length, before + 1, 'accepted, and then the line was cut');
    await sns.control('fail', { mode: 'cut', times: 1 });
    await assert.rejects(publish({}));
    assert.equal((await sns.mails()).length, before + 1, 'the line was cut before');
    await sns.control('fail', { mode: 503, times: 1 });
    await publish({}, { maxAttempts: 2 });
  });
});

test('The mailbox is a page that shows what was sent, as text', async () => {
  await publish({ Subject: 'A <b>bold</b> subject', Message: '<script>alert(1)</script>' });
  const answer = await fetch(`${sns.url}/mailbox?to=owner%40stockpilot.test`);
  const page = await answer.text();
  assert.match(page, /A &#60;b&#62;bold&#60;\/b&#62; subject/);
  assert.doesNotMatch(page, /<script/);
  assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
});
