// SNS as the notifier meets it over HTTP, with the test deciding about each call: what it answers, and when.
// Signatures are checked as the counterpart in standins/sns checks them: what is not signed well is refused, whatever
// the test decides.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { RoleCalls } from '../../standins/aws/role_calls.mjs';
import { SignatureError, SignatureVerifier } from '../../standins/aws/verify_signature.mjs';
import { permissionFor } from '../../standins/sns/topics.mjs';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

const success = (action, inner) => [200, `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${inner}</${action}Result>
  <ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`];

/** What SNS answers instead of doing it: SNS.fails(503, 'ServiceUnavailable'). */
export const fails = (status, code) => () => [status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code>
  <Message>as the test wants it</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`];

/** It is done, and the answer gets lost. */
export const taken = (call) => { call.accepted = true; return undefined; };
/** Nothing is done, and there is no answer. */
export const silence = () => undefined;

function readAttributes(form) {
  const attributes = {};
  for (let n = 1; form.has(`MessageAttributes.entry.${n}.Name`); n += 1) {
    attributes[form.get(`MessageAttributes.entry.${n}.Name`)] = form.get(`MessageAttributes.entry.${n}.Value.StringValue`);
  }
  return attributes;
}

const read = (form) => ({
  action: form.get('Action'),
  topic: form.get('TopicArn'),
  subject: form.get('Subject'),
  body: form.get('Message'),
  attributes: readAttributes(form),
  protocol: form.get('Protocol'),
  email: form.get('Endpoint'),
  form,
});

export class SnsEndpoint {
  /** All calls in the order in which they came: { action, topic, subject, body, attributes, accepted, … }. */
  calls = [];

  #server;

  #waiting = [];

  #port = 0;

  #verifier = new SignatureVerifier({ region: 'us-east-1', service: 'sns' });

  #roleCalls = new RoleCalls(process.env.STOCKPILOT_ROLE_CALLS, this.#verifier);

  /** Takes what is signed with the credentials in this file from now on (standins/imds). */
  acceptFile(file) { this.#verifier.acceptFile(file); }

  /** Decides about a call: [status, text] to answer, undefined for no answer, or nothing at all to accept. */
  decide;

  /** Runs with each connection, before anything is read from it. */
  connected = () => {};

  /** Runs when an answer has been handed over. */
  answered = () => {};

  get url() { return `http://127.0.0.1:${this.#port}`; }

  async open() {
    this.#server = http.createServer((request, response) => this.#serve(request, response));
    this.#server.on('connection', (socket) => this.connected(socket));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = this.#server.address().port;
    return this;
  }

  /** Nobody listens any more; open() listens at the same address again. */
  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request, response) {
    const chunks = [];
    request.on('error', () => {});
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const form = new URLSearchParams(body.toString('utf8'));
    try {
      const keyId = await this.#verifier.check({ method: request.method, url: request.url, headers: request.headers, body });
      this.#roleCalls.note(keyId, permissionFor(form));
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      response.writeHead(...fails(403, error.code)().slice(0, 1)).end(fails(403, error.code)()[1]);
      return;
    }
    const call = read(form);
    this.calls.push(call);
    const answer = this.decide ? await this.decide(call) : this.accept(call);
    if (answer) {
      response.writeHead(answer[0], { 'content-type': 'text/xml' });
      response.end(answer[1], () => this.answered(call));
    }
    this.#waiting.forEach((look) => look());
  }

  /** Does what is asked. */
  accept(call) {
    call.accepted = true;
    return call.action === 'Publish'
      ? success('Publish', `<MessageId>${randomUUID()}</MessageId>`)
      : success('Subscribe', '<SubscriptionArn>pending confirmation</SubscriptionArn>');
  }

  /** The accepted messages, those with the attribute `about` a product only. */
  published(product) {
    return this.calls.filter(({ action, accepted, attributes }) => action === 'Publish' && accepted
      && (!product || attributes.product_id === product.productId));
  }

  /** Waits until the probe gives something true, looking after each call. */
  until(probe, { deadline = 20_000, what = 'the awaited call' } = {}) {
    return new Promise((resolve, reject) => {
      let look;
      const end = (settle, value) => {
        clearTimeout(timer);
        this.#waiting = this.#waiting.filter((one) => one !== look);
        settle(value);
      };
      const timer = setTimeout(() => end(reject, new Error(`${what} did not come; calls: ${
        JSON.stringify(this.calls.map(({ action, subject, accepted }) => [action, subject, accepted]))}`)), deadline);
      look = () => {
        const found = probe();
        if (found) end(resolve, found);
      };
      this.#waiting.push(look);
      look();
    });
  }
}
