// What Let's Encrypt is to a host: an authority of certificates that speaks ACME (RFC 8555), with the challenge http-01. Every request's signature
// is checked; it certifies a name when it has read there, over plain HTTP, what only the asking account can have put there.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';

const { calculateJwkThumbprint, flattenedVerify, importJWK } = createRequire(new URL('../../standins/package.json', import.meta.url))('jose');

const random = () => randomBytes(16).toString('base64url');

class Refused extends Error {
  constructor(type, detail, status = 403) { super(detail); Object.assign(this, { type, status }); }
}

/** What stands at an address of a name, asked for where that name leads. */
const read = (name, target, lookup) => new Promise((resolve, reject) => {
  http.get({ host: name, path: target, lookup, timeout: 5000 }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve({ status: answer.statusCode, text }));
  }).on('error', reject);
});

export class AcmeCounterpart {
  #nonces = new Set();

  #accounts = new Map(); // by address: { jwk, thumbprint }

  #orders = new Map(); // by id: { name, token, account, status, problem, certificate }

  /** How many certificates it has given. */
  issued = 0;

  /** `authority` is { key, certificate }, files; `folder` for what openssl wants in files; `lookup` finds addresses, as net.connect has it. */
  constructor({ url, authority, folder, lookup }) { Object.assign(this, { url, authority, folder, lookup }); }

  #orderOf(target) {
    const order = this.#orders.get(target.split('/')[2]);
    if (!order) throw new Refused('malformed', 'no such resource', 404);
    return order;
  }

  async #verified(request, body) {
    const jws = JSON.parse(body);
    const header = JSON.parse(Buffer.from(jws.protected, 'base64url'));
    if (!this.#nonces.delete(header.nonce)) throw new Refused('badNonce', 'not a nonce of this server', 400);
    if (header.url !== this.url + request.url) throw new Refused('unauthorized', `signed for ${header.url}`);
    const known = this.#accounts.get(header.kid);
    if (!known && (request.url !== '/new-account' || !header.jwk)) throw new Refused('accountDoesNotExist', 'no such account', 400);
    const jwk = known?.jwk ?? header.jwk;
    const { payload } = await flattenedVerify(jws, await importJWK(jwk, header.alg));
    return { jwk, account: header.kid, payload: payload.length > 0 ? JSON.parse(Buffer.from(payload)) : undefined };
  }

  async #newAccount({ jwk, payload }) {
    if (payload.termsOfServiceAgreed !== true || !payload.contact?.[0]?.startsWith('mailto:')) throw new Refused('userActionRequired', 'agree, and say who you are');
    const thumbprint = await calculateJwkThumbprint(jwk);
    const address = `${this.url}/account/${thumbprint}`;
    this.#accounts.set(address, { jwk, thumbprint });
    this.contact = payload.contact[0];
    return { status: 201, location: address, json: { status: 'valid' } };
  }

  #shown(id) {
    const order = this.#orders.get(id);
    return {
      status: order.status, identifiers: [{ type: 'dns', value: order.name }], authorizations: [`${this.url}/authorization/${id}`],
      finalize: `${this.url}/finalize/${id}`, ...order.certificate && { certificate: `${this.url}/certificate/${id}` },
    };
  }

  #newOrder({ account, payload: { identifiers } }) {
    if (identifiers.length !== 1) throw new Refused('rejectedIdentifier', 'one name at a time');
    const id = random();
    this.#orders.set(id, { id, name: identifiers[0].value, token: random(), account, status: 'pending' });
    return { status: 201, location: `${this.url}/order/${id}`, json: this.#shown(id) };
  }

  #challengeOf({ id, token, status, problem }) {
    const state = { pending: 'pending', invalid: 'invalid' }[status] ?? 'valid';
    return { type: 'http-01', url: `${this.url}/challenge/${id}`, token, status: state, ...problem && { error: problem } };
  }

  async #meet(order) {
    const expected = `${order.token}.${this.#accounts.get(order.account).thumbprint}`;
    const seen = await read(order.name, `/.well-known/acme-challenge/${order.token}`, this.lookup).catch((error) => ({ text: error.message }));
    if (seen.status === 200 && seen.text.trim() === expected) order.status = 'ready';
    else Object.assign(order, { status: 'invalid', problem: { type: 'urn:ietf:params:acme:error:unauthorized', detail: `${seen.status}: ${seen.text}`, status: 403 } });
    return { json: this.#challengeOf(order), up: `${this.url}/authorization/${order.id}` };
  }

  #finalize(order, { payload }) {
    if (order.status !== 'ready') throw new Refused('orderNotReady', 'nothing was proved');
    const place = (name) => path.join(this.folder, `${order.id}.${name}`);
    fs.writeFileSync(place('der'), Buffer.from(payload.csr, 'base64url'));
    fs.writeFileSync(place('ext'), `subjectAltName=DNS:${order.name}\n`);
    execFileSync('openssl', ['req', '-inform', 'DER', '-in', place('der'), '-out', place('csr')], { stdio: 'ignore' });
    execFileSync('openssl', ['x509', '-req', '-in', place('csr'), '-CA', this.authority.certificate, '-CAkey', this.authority.key, '-CAcreateserial',
      '-days', '90', '-extfile', place('ext'), '-out', place('pem')], { stdio: 'ignore' });
    Object.assign(order, { status: 'valid', certificate: fs.readFileSync(place('pem'), 'utf8') + fs.readFileSync(this.authority.certificate, 'utf8') });
    this.issued += 1;
    return { location: `${this.url}/order/${order.id}`, json: this.#shown(order.id) };
  }

  #carryOut(request, signed) {
    if (request.url === '/new-account') return this.#newAccount(signed);
    if (request.url === '/new-order') return this.#newOrder(signed);
    const order = this.#orderOf(request.url);
    if (order.account !== signed.account) throw new Refused('unauthorized', "somebody else's");
    switch (request.url.split('/')[1]) {
      case 'order': return { json: this.#shown(order.id) };
      case 'authorization': return { json: { status: this.#challengeOf(order).status, identifier: { type: 'dns', value: order.name }, challenges: [this.#challengeOf(order)] } };
      case 'challenge': return this.#meet(order);
      case 'finalize': return this.#finalize(order, signed);
      default: return { text: order.certificate };
    }
  }

  /** Answers a request of a server at `url`. */
  async answer(request, response, body) {
    const nonce = random();
    this.#nonces.add(nonce);
    response.setHeader('Replay-Nonce', nonce).setHeader('Link', `<${this.url}/directory>;rel="index"`);
    if (request.url === '/directory') {
      response.setHeader('Content-Type', 'application/json');
      return response.end(JSON.stringify({
        newNonce: `${this.url}/new-nonce`, newAccount: `${this.url}/new-account`, newOrder: `${this.url}/new-order`, meta: { termsOfService: `${this.url}/terms` },
      }));
    }
    if (request.url === '/new-nonce') return response.end();
    try {
      const { status = 200, location, json, text, up } = await this.#carryOut(request, await this.#verified(request, body));
      if (up) response.setHeader('Link', `<${up}>;rel="up"`);
      if (location) response.setHeader('Location', location);
      response.setHeader('Content-Type', json ? 'application/json' : 'application/pem-certificate-chain');
      return response.writeHead(status).end(json ? JSON.stringify(json) : text);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      response.setHeader('Content-Type', 'application/problem+json');
      return response.writeHead(error.status).end(JSON.stringify({ type: `urn:ietf:params:acme:error:${error.type}`, detail: error.message }));
    }
  }
}
