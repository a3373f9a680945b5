// Who sends a request to S3: Signature Version 4 in the header Authorization, in the query of a presigned address, or
// in the fields of a form. S3 differs from the other services: paths are signed as they are, the body's digest is a
// header, and the errors have names of their own
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html).

import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { createScope, getCanonicalHeaders, SignatureV4 } from '@smithy/signature-v4';
import { equal, queryOf, readAuthorization, readTime, SignatureError, SignatureVerifier } from '../aws/verify_signature.mjs';
import { S3Error } from './errors.mjs';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNSIGNED = 'UNSIGNED-PAYLOAD';
const CLOCK_SKEW_MS = 15 * 60 * 1000;
const PRESIGNED_MAX_S = 7 * 24 * 60 * 60;

const KEY_REFUSALS = {
  unknown: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  expired: ['ExpiredToken', 'The provided token has expired.'],
  otherToken: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'],
};
const MISMATCH = 'The request signature we calculated does not match the signature you provided. Check your key and signing method.';

/** The parameters that sign a presigned address; `rest`: what they sign, all of the query but the signature. */
function presignedBy(query) {
  const rest = new URLSearchParams(query);
  rest.delete('X-Amz-Signature');
  const [algorithm, credential, time, seconds, token, names, signature] = ['Algorithm', 'Credential', 'Date', 'Expires',
    'Security-Token', 'SignedHeaders', 'Signature'].map((name) => query.get(`X-Amz-${name}`) ?? undefined);
  if (algorithm !== ALGORITHM || !credential || !time || !names || !signature) {
    throw new S3Error('AuthorizationQueryParametersError', 'Query-string authentication version 4 requires the X-Amz-Algorithm, '
      + 'X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.');
  }
  const expiresIn = Number(seconds);
  if (!/^\d+$/.test(seconds ?? '') || expiresIn < 1 || expiresIn > PRESIGNED_MAX_S) {
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Expires must be a number of seconds, of a week at most');
  }
  return { credential, time, expiresIn, token, names: names.split(';'), signature, rest };
}

function checkSignedNames(headers, names) {
  const missing = Object.keys(headers).filter((name) => (name === 'host' || name.startsWith('x-amz-')) && !names.includes(name));
  if (missing.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', { HeadersNotSigned: missing.join(', ') });
  }
  if (names.some((name) => headers[name] === undefined)) throw new S3Error('SignatureDoesNotMatch', MISMATCH);
}

function checkBody(told, body) {
  if (told === undefined) throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  if (told.startsWith('STREAMING-')) throw new S3Error('NotImplemented', 'Bodies in signed chunks are not taken here');
  const digest = createHash('sha256').update(body).digest('hex');
  if (told !== UNSIGNED && told !== digest) {
    throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.", {
      ClientComputedContentSHA256: told, S3ComputedContentSHA256: digest,
    });
  }
}

/** Runs `read`; what it refuses is told as `code`, or under its own. */
function readingAs(code, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof SignatureError) throw new S3Error(code ?? error.code, error.message);
    throw error;
  }
}

export class S3Verifier extends SignatureVerifier {
  constructor({ region, now }) { super({ region, service: 's3', ...(now && { now }) }); }

  /** The key of a credential, if its scope is today's, this region's and this service's. */
  #keyOf(credential, time, malformed) {
    const [keyId, date, region, ...rest] = (credential ?? '').split('/');
    if (region !== this.region) {
      throw new S3Error(malformed, `The credential is malformed; the region '${region}' is wrong; expecting '${this.region}'`, { Region: this.region });
    }
    if (rest.join('/') !== `${this.service}/aws4_request` || date !== time.slice(0, 8)) {
      throw new S3Error(malformed, `The credential is malformed; expecting ${time.slice(0, 8)}/${this.region}/s3/aws4_request behind the key`);
    }
    return keyId;
  }

  #credentials(keyId, token) {
    return readingAs(undefined, () => this.credentialsOf(keyId, token, KEY_REFUSALS));
  }

  #signer(credentials) {
    return new SignatureV4({ service: this.service, region: this.region, credentials, sha256: Sha256, applyChecksum: false, uriEscapePath: false });
  }

  /** The signature that a request should have. The signer's own sign() would leave out a signed header Date. */
  #signature({ request: { method, url, headers }, query, names, time, credentials, digest }) {
    const signer = this.#signer(credentials);
    const day = time.slice(0, 8);
    const signed = Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]]));
    const parts = { method, path: url.split('?')[0], query: queryOf(query), headers: signed };
    const canonical = signer.createCanonicalRequest(parts, getCanonicalHeaders(parts, new Set(), new Set(names)), digest);
    return signer.getSignature(time, createScope(day, this.region, this.service), signer.getSigningKey(credentials, this.region, day), canonical);
  }

  #checkClock(signingDate) {
    if (Math.abs(this.now() - signingDate.getTime()) > CLOCK_SKEW_MS) {
      throw new S3Error('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
        ServerTime: new Date(this.now()).toISOString(), MaxAllowedSkewMilliseconds: CLOCK_SKEW_MS,
      });
    }
  }

  /** Gives the id of the key; throws an S3Error unless the request is signed well, in a header or in its query. */
  async check(request) {
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    if (request.headers.authorization !== undefined) return this.#checkHeader(request, query);
    if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) return this.#checkQuery(request, query);
    throw new S3Error('AccessDenied', 'Access Denied');
  }

  async #checkHeader(request, query) {
    const { headers } = request;
    const told = readingAs('AuthorizationHeaderMalformed', () => readAuthorization(headers.authorization));
    const time = headers['x-amz-date'] ?? '';
    const signingDate = readingAs('AccessDenied', () => readTime(time));
    const credentials = this.#credentials(this.#keyOf(told.Credential, time, 'AuthorizationHeaderMalformed'), headers['x-amz-security-token']);
    this.#checkClock(signingDate);
    const names = told.SignedHeaders.split(';');
    checkSignedNames(headers, names);
    checkBody(headers['x-amz-content-sha256'], request.body);
    const expected = await this.#signature({ request, query, names, time, credentials, digest: headers['x-amz-content-sha256'] });
    if (!equal(expected, told.Signature)) throw new S3Error('SignatureDoesNotMatch', MISMATCH);
    return credentials.accessKeyId;
  }

  async #checkQuery(request, query) {
    const told = presignedBy(query);
    const signingDate = readingAs('AuthorizationQueryParametersError', () => readTime(told.time));
    const credentials = this.#credentials(this.#keyOf(told.credential, told.time, 'AuthorizationQueryParametersError'), told.token);
    if (signingDate.getTime() - this.now() > CLOCK_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not valid yet');
    if (this.now() > signingDate.getTime() + told.expiresIn * 1000) {
      throw new S3Error('AccessDenied', 'Request has expired', { 'X-Amz-Expires': told.expiresIn, ServerTime: new Date(this.now()).toISOString() });
    }
    checkSignedNames(request.headers, told.names);
    const digest = request.headers['x-amz-content-sha256'] ?? UNSIGNED;
    checkBody(digest, request.body);
    const { rest, names, time } = told;
    const expected = await this.#signature({ request, query: rest, names, time, credentials, digest });
    if (!equal(expected, told.signature)) throw new S3Error('SignatureDoesNotMatch', MISMATCH);
    return credentials.accessKeyId;
  }

  /** Gives the id of the key; throws an S3Error unless a form's policy is signed by its fields, whose names are in lower case. */
  async checkForm(fields) {
    for (const name of ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']) {
      if (!fields.has(name)) throw new S3Error('InvalidArgument', `Bucket POST must contain a field named '${name}'.`);
    }
    if (fields.get('x-amz-algorithm') !== ALGORITHM) throw new S3Error('InvalidArgument', `x-amz-algorithm must be ${ALGORITHM}`);
    const time = fields.get('x-amz-date');
    const signingDate = readingAs('InvalidArgument', () => readTime(time));
    const credentials = this.#credentials(this.#keyOf(fields.get('x-amz-credential'), time, 'InvalidArgument'), fields.get('x-amz-security-token'));
    const expected = await this.#signer(credentials).sign(fields.get('policy'), { signingDate });
    if (!equal(expected, fields.get('x-amz-signature'))) throw new S3Error('SignatureDoesNotMatch', MISMATCH);
    return credentials.accessKeyId;
  }
}
