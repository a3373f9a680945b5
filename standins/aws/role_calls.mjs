// What the role was used for: the calls that the programs made, as IAM decides about them. ./dev test holds the policy of
// the template against it (tests/aws/policy_drift.mjs).

import fs from 'node:fs';

export class RoleCalls {
  #file;

  #verifier;

  #noted = new Set();

  /** Without a file nothing is kept. */
  constructor(file, verifier) {
    this.#file = file;
    this.#verifier = verifier;
    // A file that cannot be written is found out at the start.
    if (file) this.#append('');
  }

  /** The counterparts of several stacks write into one file, so a line is one write at its end. */
  #append(text) { fs.appendFileSync(this.#file, text, { mode: 0o600 }); }

  /**
   * A call that is signed well: { action: 'sns:Subscribe', resource: ARN, context: { 'sns:Protocol': 'email' } }, each kind
   * once. Only that of the role: with other keys it is the tests and ./dev that administer, and these the policy is not for.
   */
  note(keyId, call) {
    if (!this.#file || !this.#verifier.isGivenOut(keyId)) return;
    const line = `${JSON.stringify(call)}\n`;
    if (this.#noted.has(line)) return;
    this.#noted.add(line);
    this.#append(line);
  }
}
