// The access tokens of the pool: RS256, checked by jsonwebtoken on each request, with keys that are kept.
import { createPublicKey } from 'node:crypto';
import jwt from 'jsonwebtoken';

const ROLES = ['viewer', 'staff', 'admin'];
const REFETCH_PAUSE_MS = 10_000;

export class TokenRefused extends Error {}

export class KeySet {
  #url;

  #issuer;

  #clientId;

  #keys = new Map();

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
    this.#keys = new Map(keys.filter(({ kty }) => kty === 'RSA')
      .map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
  }

  async #keyOf(kid) {
    if (!this.#keys.has(kid) && Date.now() - this.#fetchedAt > REFETCH_PAUSE_MS) await this.fetch();
    const key = this.#keys.get(kid);
    if (!key) throw new TokenRefused('kid is not in the key set');
    return key;
  }

  #verified(token) {
    return new Promise((resolve, reject) => {
      const keyOf = ({ kid }, done) => this.#keyOf(kid).then((key) => done(null, key), done);
      jwt.verify(token, keyOf, { algorithms: ['RS256'], issuer: this.#issuer }, (error, claims) => {
        if (error) reject(new TokenRefused(error.message));
        else resolve(claims);
      });
    });
  }

  // Who a token speaks of: { subject, username, email, role }.
  async principalOf(token) {
    const claims = await this.#verified(token);
    if (claims.token_use !== 'access' || claims.client_id !== this.#clientId || typeof claims.sub !== 'string') {
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
