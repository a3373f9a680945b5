// The access tokens of the pool: RS256, checked by fast-jwt on each request. Its cache of verified tokens is off.
import { createPublicKey } from 'node:crypto';
import { createVerifier } from 'fast-jwt';

const ROLES = ['viewer', 'staff', 'admin'];
const REFETCH_PAUSE_MS = 10_000;

export class TokenRefused extends Error {}

export class KeySet {
  #url;

  #issuer;

  #clientId;

  #verifiers = new Map();

  #fetchedAt = 0;

  constructor({ url, issuer, clientId }) {
    this.#url = url;
    this.#issuer = issuer;
    this.#clientId = clientId;
  }

  async fetch() {
    this.#fetchedAt = Date.now();
    const response = await fetch(this.#url, { signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(`the key set answers ${response.status}`);
    const { keys } = await response.json();
    this.#verifiers = new Map(keys.filter(({ kty }) => kty === 'RSA').map((jwk) => [jwk.kid, createVerifier({
      key: createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
      algorithms: ['RS256'],
      allowedIss: this.#issuer,
      requiredClaims: ['sub', 'exp', 'iat'],
      cache: false,
    })]));
  }

  async #verifierOf(token) {
    let kid;
    try {
      ({ kid } = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString()));
    } catch {
      throw new TokenRefused('the header cannot be read');
    }
    if (!this.#verifiers.has(kid) && Date.now() - this.#fetchedAt > REFETCH_PAUSE_MS) await this.fetch();
    const verifier = this.#verifiers.get(kid);
    if (!verifier) throw new TokenRefused('kid is not in the key set');
    return verifier;
  }

  // Who a token speaks of: { subject, username, email, role }.
  async principalOf(token) {
    const verify = await this.#verifierOf(token);
    let claims;
    try {
      claims = verify(token);
    } catch (error) {
      throw new TokenRefused(error.message);
    }
    if (claims.token_use !== 'access' || claims.client_id !== this.#clientId) {
      throw new TokenRefused('not an access token for this client');
    }
    const groups = Array.isArray(claims['cognito:groups']) ? claims['cognito:groups'] : [];
    return {
      subject: claims.sub,
      username: claims.username ?? null,
      email: claims.email ?? null,
      role: ROLES.findLast((role) => groups.includes(role)) ?? 'none',
    };
  }
}

export const roleReaches = (role, wanted) => ROLES.indexOf(role) >= ROLES.indexOf(wanted);
