// Access tokens as the pool would issue them, and near misses of them: every part of a token can be
// given as exact text, so that what a JSON library would never write can be signed too.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

// DER of DigestInfo for SHA-256, RFC 8017 section 9.2 note 1.
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

export const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

// The same bytes for a lenient decoder: 1 put into the bits of the last character that stand for nothing.
export function withTrailingBits(segment) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  if (segment.length % 4 === 0) throw new Error('all bits of this segment count');
  return segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1)) + 1];
}

// EMSA-PKCS1-v1_5 of the text: with the public exponent 1 this is a signature of it.
export function encodedMessage(text, length) {
  const digest = createHash('sha256').update(text).digest();
  const tail = Buffer.concat([Buffer.of(0), SHA256_DIGEST_INFO, digest]);
  return Buffer.concat([Buffer.of(0, 1), Buffer.alloc(length - tail.length - 2, 0xff), tail]);
}

export class TokenForge {
  #stack;

  constructor(stack) {
    this.#stack = stack;
    this.strangerKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  }

  // The provider's signing key of this moment, as a JWK: it changes with each rotation.
  get jwk() {
    return JSON.parse(readFileSync(this.#stack.signingKeysFile, 'utf8')).keys[0];
  }

  get key() {
    return createPrivateKey({ key: this.jwk, format: 'jwk' });
  }

  get publicPem() {
    return createPublicKey(this.key).export({ type: 'spki', format: 'pem' });
  }

  header(changes = {}) {
    return { kid: this.jwk.kid, alg: 'RS256', ...changes };
  }

  // Good for an hour, for somebody nobody has seen before.
  payload(changes = {}) {
    const now = Math.floor(Date.now() / 1000);
    return {
      sub: randomUUID(),
      'cognito:groups': ['admin'],
      iss: this.#stack.issuer,
      version: 2,
      client_id: this.#stack.clientId,
      event_id: randomUUID(),
      token_use: 'access',
      scope: 'openid email profile',
      auth_time: now,
      exp: now + 3600,
      iat: now,
      jti: randomUUID(),
      username: 'forged',
      ...changes,
    };
  }

  // header and payload: objects, or the exact bytes. signature: by default a good one; or a function of the
  // signed text. join: how the segments become a token.
  token({ header = this.header(), payload = this.payload(), key = this.key, signature, join } = {}) {
    const segment = (part) => base64url(
      typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part),
    );
    return this.sign(`${segment(header)}.${segment(payload)}`, { key, signature, join });
  }

  // The same for segments that are encoded already, well or not.
  sign(signed, { key = this.key, signature = (text) => sign('sha256', text, key), join } = {}) {
    const made = signature(Buffer.from(signed));
    const last = typeof made === 'string' ? made : base64url(made);
    return join ? join(...signed.split('.'), last) : `${signed}.${last}`;
  }
}
