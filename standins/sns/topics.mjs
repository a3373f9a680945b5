// Topics and their subscriptions, and what SNS demands of a message before it takes it.

import { randomUUID } from 'node:crypto';

const MESSAGE_MAX = 256 * 1024;
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;
const ATTRIBUTE_NAME = /^[A-Za-z0-9_.-]{1,256}$/;
const ATTRIBUTE_TYPES = ['String', 'String.Array', 'Number', 'Binary'];

/** An error as SNS tells it: HTTP status, code and sentence. */
export class SnsError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}
const invalid = (message) => new SnsError(400, 'InvalidParameter', `Invalid parameter: ${message}`);

function checkAttribute(name, { type, value }) {
  if (!ATTRIBUTE_NAME.test(name) || /^aws\.|^amazon\./i.test(name)) throw invalid(`attribute name ${name}`);
  if (!ATTRIBUTE_TYPES.includes(type)) throw invalid(`attribute type ${type}`);
  if (!value) throw invalid(`The message attribute '${name}' must contain non-empty message attribute value`);
  if (type === 'Number' && Number.isNaN(Number(value))) throw invalid(`the attribute ${name} is no number`);
  if (type === 'String.Array') {
    let parsed;
    try {
      parsed = JSON.parse(value);
    } catch { /* told below */ }
    if (!Array.isArray(parsed)) throw invalid(`the attribute ${name} is no array`);
  }
}

function checkMessage({ subject, message, attributes }) {
  if (!message) throw invalid('Empty message');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  let size = Buffer.byteLength(message) + Buffer.byteLength(subject ?? '');
  for (const [name, attribute] of Object.entries(attributes)) {
    checkAttribute(name, attribute);
    size += Buffer.byteLength(name + attribute.type + attribute.value);
  }
  if (size > MESSAGE_MAX) throw invalid('Message too long');
}

/** The values that a filter policy compares with. */
function valuesOf({ type, value }) {
  return type === 'String.Array' ? JSON.parse(value) : [type === 'Number' ? Number(value) : value];
}

function fits(policy, attributes) {
  return Object.entries(policy ?? {}).every(([name, wanted]) => attributes[name]
    && valuesOf(attributes[name]).some((value) => [wanted].flat().includes(value)));
}

function readPolicy(text) {
  if (text === undefined) return undefined;
  try {
    const policy = JSON.parse(text);
    if (policy && typeof policy === 'object' && !Array.isArray(policy)) return policy;
  } catch { /* told below */ }
  throw invalid('FilterPolicy: failed to parse JSON');
}

/** What IAM is asked before a call is carried out. What is not about one topic is about all that there are. */
export const permissionFor = (form) => ({
  action: `sns:${form.get('Action')}`,
  resource: form.get('TopicArn') ?? '*',
  ...(form.has('Protocol') && { context: { 'sns:Protocol': form.get('Protocol') } }),
});

export class Topics {
  #topics = new Map(); // by ARN: subscriptions

  constructor({ region, account }) {
    Object.assign(this, { region, account });
  }

  create(name) {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(name ?? '')) throw invalid('Topic Name');
    const arn = `arn:aws:sns:${this.region}:${this.account}:${name}`;
    if (!this.#topics.has(arn)) this.#topics.set(arn, []);
    return arn;
  }

  get arns() { return [...this.#topics.keys()]; }

  subscriptions(arn) {
    const found = this.#topics.get(arn);
    if (!found) throw new SnsError(404, 'NotFound', 'Topic does not exist');
    return found;
  }

  /** Confirmed at once: nobody here reads the mail that would ask for it. */
  subscribe(arn, protocol, endpoint, policyText) {
    const subscriptions = this.subscriptions(arn);
    if (protocol !== 'email') throw invalid(`this counterpart knows the protocol email only, not ${protocol}`);
    if (!/^[^\s@]+@[^\s@]+$/.test(endpoint ?? '')) throw invalid('Email address');
    const policy = readPolicy(policyText);
    const known = subscriptions.find((each) => each.endpoint === endpoint);
    if (known) {
      if (JSON.stringify(known.policy) !== JSON.stringify(policy)) {
        throw invalid('Attributes Reason: Subscription already exists with different attributes');
      }
      return known;
    }
    const made = { arn: `${arn}:${randomUUID()}`, protocol, endpoint, policy };
    subscriptions.push(made);
    return made;
  }

  #find(subscriptionArn) {
    for (const subscriptions of this.#topics.values()) {
      const index = subscriptions.findIndex((each) => each.arn === subscriptionArn);
      if (index >= 0) return { subscriptions, index };
    }
    throw new SnsError(404, 'NotFound', 'Subscription does not exist');
  }

  unsubscribe(subscriptionArn) {
    const { subscriptions, index } = this.#find(subscriptionArn);
    subscriptions.splice(index, 1);
  }

  setAttribute(subscriptionArn, name, value) {
    const { subscriptions, index } = this.#find(subscriptionArn);
    if (name !== 'FilterPolicy') throw invalid(`AttributeName ${name}`);
    subscriptions[index].policy = readPolicy(value);
  }

  /** The addresses that the message reaches; throws when SNS would not take it. */
  recipients(arn, message) {
    const subscriptions = this.subscriptions(arn);
    checkMessage(message);
    return subscriptions.filter(({ policy }) => fits(policy, message.attributes)).map(({ endpoint }) => endpoint);
  }
}
