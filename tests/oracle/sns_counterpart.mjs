// The counterpart of SNS as a process of a test's own, with one topic and one subscriber.

import { Counterpart, REGION } from './counterpart.mjs';

export { KEY, REGION, SECRET } from './counterpart.mjs';
export const topicArn = (name) => `arn:aws:sns:${REGION}:000000000000:${name}`;

export class SnsCounterpart extends Counterpart {
  static start() {
    return new SnsCounterpart('sns', () => ['--topic', 'alerts', '--subscribe', 'alerts=owner@stockpilot.test']).start();
  }

  /** The mails of an address, oldest first. */
  mails(to = 'owner@stockpilot.test') { return this.get(`/mailbox.json?to=${encodeURIComponent(to)}`); }
}
