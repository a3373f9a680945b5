// Access tokens as the pool issues them, signed with its own key, so that there are as many as there are clients.
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HOURS = 4;

const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class TokenMint {
  constructor(stack) {
    const [jwk] = JSON.parse(readFileSync(stack.description.signingKeysFile, 'utf8')).keys;
    this.kid = jwk.kid;
    this.key = createPrivateKey({ key: jwk, format: 'jwk' });
    this.description = stack.description;
  }

  // `person` is a number: the same one is the same person, with another token each time.
  token(person) {
    const now = Math.floor(Date.now() / 1000);
    const signed = `${segment({ kid: this.kid, alg: 'RS256' })}.${segment({
      sub: `b0000000-0000-4000-8000-${String(person).padStart(12, '0')}`,
      'cognito:groups': ['staff'],
      iss: this.description.issuer,
      version: 2,
      client_id: this.description.clientId,
      event_id: randomUUID(),
      token_use: 'access',
      scope: 'openid email profile',
      auth_time: now,
      exp: now + HOURS * 3600,
      iat: now,
      jti: randomUUID(),
      username: `bench-${person}`,
    })}`;
    return `${signed}.${sign('sha256', signed, this.key).toString('base64url')}`;
  }
}

// All is right in it but the signature: the dearest kind of a bad token.
function spoiled(token) {
  const at = token.length - 100;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

// Files of tokens, one a line: for the clients, one for each; many, to be drawn from; and bad ones.
export function writeTokens(stack, directory, { clients, many, people }) {
  const mint = new TokenMint(stack);
  const write = (name, tokens) => {
    const file = join(directory, name);
    writeFileSync(file, `${tokens.join('\n')}\n`, { mode: 0o600 });
    return file;
  };
  const own = Array.from({ length: clients }, (_, number) => mint.token(number % people));
  return {
    first: own[0],
    own: write('tokens-own', own),
    many: write('tokens-many', Array.from({ length: many }, (_, number) => mint.token(number % people))),
    bad: write('tokens-bad', own.map(spoiled)),
    firstBad: spoiled(own[0]),
  };
}
