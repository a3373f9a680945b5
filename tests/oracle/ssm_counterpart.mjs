// The counterpart of Parameter Store as a process of a test's own, empty.

import { createRequire } from 'node:module';
import { KEY, REGION, SECRET, StandinProcess } from './standin_process.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const { PutParameterCommand, SSMClient } = require('@aws-sdk/client-ssm');

export { KEY, REGION, SECRET } from './standin_process.mjs';

export class SsmCounterpart extends StandinProcess {
  static start() { return new SsmCounterpart('ssm', () => ['--credential', `${KEY}:${SECRET}`]).start(); }

  /** The official client. */
  client(rest = {}) {
    return new SSMClient({
      region: REGION, endpoint: this.url, maxAttempts: 1, credentials: { accessKeyId: KEY, secretAccessKey: SECRET }, ...rest,
    });
  }

  put(name, value, fields = {}) {
    return this.client().send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Overwrite: true, ...fields }));
  }
}
