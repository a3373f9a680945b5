// The counterpart of SNS as a process of a test's own, with one topic and one subscriber.

import { KEY, REGION, SECRET, StandinProcess } from './standin_process.mjs';

export { KEY, REGION, SECRET } from './standin_process.mjs';
export const topicArn = (name) => `arn:aws:sns:${REGION}:000000000000:${name}`;

export class SnsCounterpart extends StandinProcess {
  static start(...options) {
    return new SnsCounterpart('sns', () => ['--credential', `${KEY}:${SECRET}`, '--topic', 'alerts', '--subscribe', 'alerts=owner@stockpilot.test',
      ...options]).start();
  }

  /** The mails of an address, oldest first. */
  mails(to = 'owner@stockpilot.test') { return this.get(`/mailbox.json?to=${encodeURIComponent(to)}`); }
}
