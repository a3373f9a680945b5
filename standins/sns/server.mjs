#!/usr/bin/env node
// The counterpart of Amazon SNS on one machine: its query API with signatures checked, and a mailbox in the place
// of e-mail.
//
//   server.mjs --state DIR [--listen ADDRESS] [--port N] [--region R] [--account N]
//              [--credential KEY:SECRET[:TOKEN]]... [--credentials-file FILE] [--topic NAME]... [--subscribe NAME=ADDRESS]... [--calls-file FILE]
//              [--test-controls]
//
// Listens on 127.0.0.1, or ADDRESS. FILE is where the counterpart of the instance metadata service keeps the credentials that
// it gives out. Mails are kept in DIR; GET /mailbox shows them, GET /mailbox.json gives them. When it
// accepts connections it prints one line, "ready port=N", on standard output.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Faults } from '../aws/faults.mjs';
import { Mailbox } from '../aws/mailbox.mjs';
import { mailboxPage } from '../aws/mailbox_page.mjs';
import { RoleCalls } from '../aws/role_calls.mjs';
import { answering, endWhenTold, listen } from '../aws/serving.mjs';
import { SignatureError, SignatureVerifier } from '../aws/verify_signature.mjs';
import { SNS_FAULTS } from './faults.mjs';
import { permissionFor, SnsError, Topics } from './topics.mjs';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
const FORM_MAX = 1024 * 1024;

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    listen: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    region: { type: 'string', default: 'us-east-1' },
    account: { type: 'string', default: '000000000000' },
    credential: { type: 'string', multiple: true, default: [] },
    'credentials-file': { type: 'string', multiple: true, default: [] },
    topic: { type: 'string', multiple: true, default: [] },
    subscribe: { type: 'string', multiple: true, default: [] },
    'calls-file': { type: 'string' },
    'test-controls': { type: 'boolean', default: false },
  },
});
if (!options.state) {
  console.error('server.mjs: --state DIR is needed, the folder for the mails');
  process.exit(2);
}

const topics = new Topics(options);
const mailbox = new Mailbox(options.state);
const faults = options['test-controls'] ? new Faults(SNS_FAULTS) : undefined;
const verifier = new SignatureVerifier({ region: options.region, service: 'sns' });
options.credential.forEach((each) => verifier.accept(...each.split(':')));
options['credentials-file'].forEach((file) => verifier.acceptFile(file));
const roleCalls = new RoleCalls(options['calls-file'], verifier);
options.topic.forEach((name) => topics.create(name));
for (const each of options.subscribe) {
  const [name, address] = each.split('=');
  topics.subscribe(topics.create(name), 'email', address);
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const members = (list) => list.map((fields) => `<member>${elements(fields)}</member>`).join('');
const elements = (fields) => Object.entries(fields).map(([name, value]) =>
  `<${name}>${Array.isArray(value) ? members(value) : escaped(value)}</${name}>`).join('');

/** "MessageAttributes.entry.1.Name" …: the attributes by name. */
function attributesOf(form) {
  const found = {};
  for (let number = 1; form.has(`MessageAttributes.entry.${number}.Name`); number += 1) {
    const at = `MessageAttributes.entry.${number}`;
    found[form.get(`${at}.Name`)] = {
      type: form.get(`${at}.Value.DataType`) ?? '',
      value: form.get(`${at}.Value.StringValue`) ?? form.get(`${at}.Value.BinaryValue`) ?? '',
    };
  }
  return found;
}

/** "Attributes.entry.1.key" …: one of them. */
function attributeOf(form, wanted) {
  for (let number = 1; form.has(`Attributes.entry.${number}.key`); number += 1) {
    if (form.get(`Attributes.entry.${number}.key`) === wanted) return form.get(`Attributes.entry.${number}.value`);
  }
  return undefined;
}

/** Each gives the fields of its result. */
const ACTIONS = {
  CreateTopic: (form) => ({ TopicArn: topics.create(form.get('Name')) }),
  ListTopics: () => ({ Topics: topics.arns.map((TopicArn) => ({ TopicArn })) }),
  Subscribe: (form) => {
    const { arn } = topics.subscribe(form.get('TopicArn'), form.get('Protocol'), form.get('Endpoint'), attributeOf(form, 'FilterPolicy'));
    return { SubscriptionArn: form.get('ReturnSubscriptionArn') === 'true' ? arn : 'pending confirmation' };
  },
  Unsubscribe: (form) => { topics.unsubscribe(form.get('SubscriptionArn')); return {}; },
  SetSubscriptionAttributes: (form) => {
    topics.setAttribute(form.get('SubscriptionArn'), form.get('AttributeName'), form.get('AttributeValue') ?? undefined);
    return {};
  },
  ListSubscriptionsByTopic: (form) => ({
    Subscriptions: topics.subscriptions(form.get('TopicArn')).map(({ arn, protocol, endpoint }) => ({
      TopicArn: form.get('TopicArn'), Protocol: protocol, SubscriptionArn: arn, Owner: options.account, Endpoint: endpoint,
    })),
  }),
  Publish: (form) => {
    const topicArn = form.get('TopicArn');
    const message = { subject: form.get('Subject') ?? undefined, message: form.get('Message'), attributes: attributesOf(form) };
    const messageId = randomUUID();
    for (const to of topics.recipients(topicArn, message)) {
      mailbox.deliver({
        to, topicArn, messageId, subject: message.subject, body: message.message, attributes: message.attributes, at: new Date().toISOString(),
      });
    }
    return { MessageId: messageId };
  },
};

async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > FORM_MAX) throw new SnsError(413, 'RequestEntityTooLarge', 'Request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function carryOut(request, body) {
  const keyId = await verifier.check({ method: request.method, url: request.url, headers: request.headers, body });
  const form = new URLSearchParams(body.toString('utf8'));
  const action = form.get('Action');
  if (!Object.hasOwn(ACTIONS, action ?? '')) throw new SnsError(400, 'InvalidAction', `The action ${action} is not valid`);
  roleCalls.note(keyId, permissionFor(form));
  return `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${elements(ACTIONS[action](form))}</${action}Result>`
    + `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
}

function errorDocument(status, { code, message }) {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error>${elements({ Type: type, Code: code, Message: message })}</Error>`
    + `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
}

async function call(request, response) {
  const send = (status, text) => response.writeHead(status, { 'Content-Type': 'text/xml' }).end(text);
  try {
    const body = await bodyOf(request);
    const { answered, after } = faults?.meet(request, response) ?? {};
    if (answered) return;
    const text = await carryOut(request, body);
    if (after) after(request);
    else send(200, text);
  } catch (error) {
    if (error instanceof SignatureError) send(403, errorDocument(403, error));
    else if (error instanceof SnsError) send(error.status, errorDocument(error.status, error));
    else throw error;
  }
}

function show(response, url) {
  const to = url.searchParams.get('to') ?? undefined;
  const json = url.pathname === '/mailbox.json';
  response.writeHead(200, {
    'Content-Type': json ? 'application/json' : 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(json ? JSON.stringify(mailbox.mails(to)) : mailboxPage(mailbox, to));
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (faults && url.pathname.startsWith('/_test/')) {
    faults.handle(request, response, url, verifier);
  } else if (request.method === 'GET' && ['/mailbox', '/mailbox.json'].includes(url.pathname)) {
    show(response, url);
  } else if (request.method === 'GET' && url.pathname === '/' && !request.headers.authorization) {
    response.writeHead(302, { Location: '/mailbox' }).end();
  } else {
    await call(request, response);
  }
}

const server = createServer(answering(answer));
await listen(server, Number(options.port), options.listen);
endWhenTold(server);
console.log(`ready port=${server.address().port}`);
