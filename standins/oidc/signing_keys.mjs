// The provider's signing keys, newest first: the first one signs, all of them are published.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Cognito's key ids are standard base64 of 32 bytes, with the `+`, `/` and `=` that go with it.
function keyId({ e, kty, n }) {
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64');
}

function generateKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: keyId(jwk), alg: 'RS256', use: 'sig' };
}

export class SigningKeys {
  #file;

  #keys;

  constructor(directory) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#file = join(directory, 'keys.json');
    try {
      this.#keys = JSON.parse(readFileSync(this.#file, 'utf8')).keys;
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      this.#keys = [generateKey()];
      this.#save();
    }
  }

  get jwks() {
    return { keys: this.#keys };
  }

  get publicJwks() {
    return { keys: this.#keys.map(({ alg, e, kid, kty, n, use }) => ({ alg, e, kid, kty, n, use })) };
  }

  // A new key signs from now on. The older ones stay published, so that what they signed remains
  // valid, unless they are to be forgotten.
  rotate({ forgetOlder = false } = {}) {
    this.#keys = [generateKey(), ...(forgetOlder ? [] : this.#keys)];
    this.#save();
    return this.#keys[0].kid;
  }

  // Written aside and renamed: a reader, or a start after a crash, sees a whole file.
  #save() {
    const aside = `${this.#file}.new`;
    writeFileSync(aside, `${JSON.stringify({ keys: this.#keys }, null, 2)}\n`, { mode: 0o600 });
    chmodSync(aside, 0o600);
    renameSync(aside, this.#file);
  }
}
