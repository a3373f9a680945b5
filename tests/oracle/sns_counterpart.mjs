// The counterpart of SNS as a process of a test's own.

import { StandinProcess } from './standin_process.mjs';

export const REGION = 'us-east-1';
export const KEY = 'AKIATESTONLY00000001';
export const SECRET = 'test-only-secret-of-no-account-1';
export const topicArn = (name) => `arn:aws:sns:${REGION}:000000000000:${name}`;

export class SnsCounterpart extends StandinProcess {
  static start(...options) {
    return new SnsCounterpart('sns', ['--credential', `${KEY}:${SECRET}`, '--topic', 'alerts', '--subscribe', 'alerts=owner@stockpilot.test',
      ...options]).start();
  }

  /** The mails of an address, oldest first. */
  mails(to = 'owner@stockpilot.test') { return this.get(`/mailbox.json?to=${encodeURIComponent(to)}`); }
}
