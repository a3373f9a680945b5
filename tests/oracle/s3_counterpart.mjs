// The counterpart of S3 as a process of a test's own: one empty bucket, with the CDN's door.

import { request as startRequest } from 'node:http';
import path from 'node:path';
import { KEY, SECRET, StandinProcess } from './standin_process.mjs';

export { KEY, REGION, SECRET } from './standin_process.mjs';
export const BUCKET = 'stockpilot-test-images';
export const ORIGIN = 'https://shop.test';

const cdnSocket = (state) => path.join(state, 'cdn.sock');

export class S3Counterpart extends StandinProcess {
  static start() {
    return new S3Counterpart('s3', (state) => ['--credential', `${KEY}:${SECRET}`, '--bucket', BUCKET, '--origin', ORIGIN, '--cdn-socket', cdnSocket(state)]).start();
  }

  /** What is in the bucket, sorted: key, content-type, content-length, … */
  objects() { return this.get('/_test/objects'); }

  /** A request as the CDN makes it; gives { status, headers, body }. */
  async asCdn(target, { method = 'GET', headers = {} } = {}) {
    const request = startRequest({ socketPath: cdnSocket(this.state), path: target, method, headers });
    request.end();
    const response = await new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
  }
}
