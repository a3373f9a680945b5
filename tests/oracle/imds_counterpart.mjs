// The counterpart of the instance metadata service as a process of a test's own.

import path from 'node:path';
import { StandinProcess } from './standin_process.mjs';

export const ROLE = 'test-role';

export class ImdsCounterpart extends StandinProcess {
  static start(...options) { return new ImdsCounterpart('imds', () => ['--role', ROLE, ...options]).start(); }

  /** Where it keeps what is good, for the other counterparts. */
  get credentialsFile() { return path.join(this.state, 'credentials.json'); }

  /** As it was started: nothing fails, the role is there, and has credentials for hours. */
  async heal() {
    await this.control('fail', { mode: 'ok' });
    await this.control('role', { name: ROLE });
    return this.control('rotate', { lifetime: 21600 });
  }

  /** How its next answers go wrong: 'hang' for all, for `times` of them, or on questions of one kind. */
  fail(mode, parameters = {}) { return this.control('fail', { mode, ...parameters }); }

  /** How many questions there were while `run` ran: { token, role, credentials, … }. */
  async counted(run) {
    const before = await this.calls();
    await run();
    const after = await this.calls();
    return Object.fromEntries(Object.keys(after).map((kind) => [kind, after[kind] - before[kind]]).filter(([, count]) => count > 0));
  }
}
