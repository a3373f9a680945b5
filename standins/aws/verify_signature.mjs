// Checks AWS Signature Version 4 of a request as AWS does: it is signed once more, by the signer of AWS's own
// SDK, and must come out the same. What does not is told by the codes that AWS uses.

import { createHash, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** What a key is refused with, as most services word it; S3 has words of its own. */
const KEY_REFUSALS = {
  unknown: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  expired: ['ExpiredToken', 'The security token included in the request is expired'],
  otherToken: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
};
const CLOCK_SKEW_MS = 5 * 60 * 1000;

/** What is told to the client: an error code of AWS and a sentence. */
export class SignatureError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** { Credential, SignedHeaders, Signature } of an Authorization header. */
export function readAuthorization(header) {
  if (!header) throw new SignatureError('MissingAuthenticationToken', 'Request is missing Authentication Token');
  const [algorithm, ...rest] = header.split(/\s+/);
  const parts = Object.fromEntries(rest.join('').split(',').map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
  }));
  if (algorithm !== ALGORITHM || !parts.Credential || !parts.SignedHeaders || !parts.Signature) {
    throw new SignatureError('IncompleteSignature', 'Authorization header requires Credential, SignedHeaders and Signature');
  }
  return parts;
}

/** The instant of "20150830T123600Z". */
export function readTime(text) {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (!match) throw new SignatureError('IncompleteSignature', 'Date must be in ISO-8601 basic format');
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

function readScope(credential, { region, service }, time) {
  const [keyId, date, ...scope] = credential.split('/');
  if (scope.join('/') !== `${region}/${service}/aws4_request` || date !== time.slice(0, 8)) {
    throw new SignatureError('SignatureDoesNotMatch', `Credential should be scoped to ${time.slice(0, 8)}/${region}/${service}/aws4_request`);
  }
  return keyId;
}

/** Compared without telling by the time it takes how much of it is right. */
export function equal(left, right) {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Temporary credentials in a file that the counterpart of the instance metadata service writes. */
class CredentialsFile {
  #read = '';

  #known = new Map(); // by key id

  constructor(file) { this.file = file; }

  /** As the file has it now: { secret, token, end }, or undefined. */
  find(keyId) {
    const about = fs.statSync(this.file, { throwIfNoEntry: false, bigint: true });
    const version = about ? `${about.ino} ${about.mtimeNs}` : '';
    if (version !== this.#read) {
      const { credentials } = about ? JSON.parse(fs.readFileSync(this.file, 'utf8')) : { credentials: [] };
      this.#known = new Map(credentials.map((each) =>
        [each.accessKeyId, { secret: each.secretAccessKey, token: each.sessionToken, end: Date.parse(each.expiration) }]));
      this.#read = version;
    }
    return this.#known.get(keyId);
  }
}

export class SignatureVerifier {
  #expired = new Set();

  #credentials = new Map(); // by key id: { secret, token }

  #files = [];

  constructor({ region, service, now = () => Date.now() }) {
    Object.assign(this, { region, service, now });
  }

  /** Accepts this key from now on; with a token only together with it. */
  accept(keyId, secret, token) {
    this.#credentials.set(keyId, { secret, token });
    this.#expired.delete(keyId);
  }

  /** Accepts what stands in the file at the moment of each request (imds/role_credentials.mjs), until it expires. */
  acceptFile(file) { this.#files.push(new CredentialsFile(file)); }

  #find(keyId) {
    return this.#credentials.get(keyId) ?? this.#files.map((file) => file.find(keyId)).find(Boolean);
  }

  /** Whether it is one of a file's, which are the role's. */
  isGivenOut(keyId) { return this.#files.some((file) => file.find(keyId)); }

  /** Calls this key expired from now on. */
  expire(keyId) { this.#expired.add(keyId); }

  /** What this key signs with; throws a SignatureError unless it is good, and with this token. */
  credentialsOf(keyId, token, refusals = KEY_REFUSALS) {
    const known = this.#find(keyId);
    if (!known) throw new SignatureError(...refusals.unknown);
    if (this.#expired.has(keyId) || known.end <= this.now()) throw new SignatureError(...refusals.expired);
    if ((known.token ?? '') !== (token ?? '')) throw new SignatureError(...refusals.otherToken);
    return { accessKeyId: keyId, secretAccessKey: known.secret, sessionToken: known.token };
  }

  /** Gives the id of the key; throws a SignatureError unless the request is signed well. `url` is its target, path and query. */
  async check({ method, url, headers, body }) {
    const { Credential, SignedHeaders, Signature } = readAuthorization(headers.authorization);
    const time = headers['x-amz-date'];
    const signingDate = readTime(time);
    const keyId = readScope(Credential, this, time);
    const credentials = this.credentialsOf(keyId, headers['x-amz-security-token']);
    if (Math.abs(this.now() - signingDate.getTime()) > CLOCK_SKEW_MS) {
      throw new SignatureError('SignatureDoesNotMatch', `Signature expired: ${time} is too far from now`);
    }
    const names = SignedHeaders.split(';');
    if (!names.includes('host') || !names.includes('x-amz-date')) {
      throw new SignatureError('SignatureDoesNotMatch', "'Host' and 'X-Amz-Date' must be signed headers");
    }
    // The signer believes this header rather than the body.
    const told = headers['x-amz-content-sha256'];
    if (told !== undefined && told !== createHash('sha256').update(body).digest('hex')) {
      throw new SignatureError('SignatureDoesNotMatch', "The value of x-amz-content-sha256 is not the body's digest");
    }
    const target = new URL(url, `http://${headers.host}`);
    const signer = new SignatureV4({
      service: this.service, region: this.region, credentials, sha256: Sha256, applyChecksum: false,
      uriEscapePath: this.service !== 's3',
    });
    const signed = await signer.sign({
      method,
      protocol: 'http:',
      hostname: target.hostname,
      path: url.split('?')[0],
      query: queryOf(target.searchParams),
      headers: Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]])),
      body,
    }, { signingDate, signableHeaders: new Set(names), unsignableHeaders: new Set() });
    const [, expected] = /Signature=([0-9a-f]+)$/.exec(signed.headers.authorization);
    const [, signedNames] = /SignedHeaders=([^,]+)/.exec(signed.headers.authorization);
    if (signedNames !== SignedHeaders || !equal(expected, Signature)) {
      throw new SignatureError('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.');
    }
    return keyId;
  }
}

/** The parameters as the signer wants them: a repeated one as a list. */
export function queryOf(parameters) {
  const query = {};
  for (const [name, value] of parameters) {
    query[name] = name in query ? [query[name], value].flat() : value;
  }
  return query;
}
