// The credentials of the instance's role: those of now, and the earlier ones that AWS still takes.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** AWS has others ready at least this long before the former ones expire; for short lives a third of the life. */
const AHEAD_MS = 10 * 60 * 1000;
/** AWS knows of expired ones that they have expired, and not for ever. */
const REMEMBERED_MS = 60 * 60 * 1000;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** As the service writes times, without decimals. */
const timestamp = (milliseconds) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

function draw(lifetimeMs) {
  return {
    accessKeyId: `ASIA${[...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(300).toString('base64'),
    updated: timestamp(Date.now()),
    expiration: timestamp(Date.now() + lifetimeMs),
  };
}

const isRemembered = ({ expiration }) => Date.parse(expiration) + REMEMBERED_MS > Date.now();

/**
 * Kept in a file that only we may read, { credentials: [{ accessKeyId, secretAccessKey, sessionToken, updated,
 * expiration }, …] }, the latest last: the other counterparts of AWS take what stands there (acceptFile() of
 * aws/verify_signature.mjs), and a restart goes on with it.
 */
export class RoleCredentials {
  #all = [];

  /** `fixed` is { accessKeyId, secretAccessKey, sessionToken }, which never change; or undefined. */
  constructor({ state, lifetimeSeconds, fixed }) {
    Object.assign(this, { file: path.join(state, 'credentials.json'), lifetimeMs: lifetimeSeconds * 1000 });
    fs.mkdirSync(state, { recursive: true, mode: 0o700 });
    this.fixed = fixed;
    if (!fixed && fs.existsSync(this.file)) this.#all = JSON.parse(fs.readFileSync(this.file, 'utf8')).credentials;
    if (fixed || this.#all.length === 0) this.rotate();
    else this.#keep();
  }

  /** Those of now. They are others when the former ones come to their end. */
  current() {
    const latest = this.#all.at(-1);
    const ahead = Math.min(AHEAD_MS, this.lifetimeMs / 3);
    if (!this.fixed && !latest.held && Date.parse(latest.expiration) - Date.now() < ahead) this.rotate();
    return this.#all.at(-1);
  }

  /** Gives out others from now on; the former ones stay good until they expire. */
  rotate() {
    this.#all = [...this.#all.filter(isRemembered), { ...draw(this.lifetimeMs), ...this.fixed }];
    this.#keep();
  }

  /** These are over as of now, and given out all the same until rotate(): so it is when AWS cannot renew the role's session. */
  expire() {
    Object.assign(this.#all.at(-1), { expiration: timestamp(Date.now() - 1000), held: true });
    this.#keep();
  }

  #keep() {
    fs.writeFileSync(`${this.file}.new`, JSON.stringify({ credentials: this.#all }, undefined, 2), { mode: 0o600 });
    fs.renameSync(`${this.file}.new`, this.file);
  }
}
