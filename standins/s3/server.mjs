#!/usr/bin/env node
// The counterpart of Amazon S3 on one machine: one private bucket. s3rver keeps the objects; in front of it stands what
// s3rver is silent about: who may do what, by signature or by the policy of a form.
//
//   server.mjs --state DIR --bucket NAME [--port N] [--region R] [--credential KEY:SECRET[:TOKEN]]...
//              [--credentials-file FILE]... [--origin ORIGIN]... [--cdn-socket PATH] [--calls-file FILE]
//              [--test-controls]
//
// Listens on 127.0.0.1, addresses are http://127.0.0.1:N/BUCKET/KEY. Pages of the origins may upload. At the unix
// socket, without a signature, the objects below products/ can be read by whoever may open it: that is the CDN, for
// which AWS signs. When it accepts connections it prints one line, "ready port=N", on standard output.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Faults } from '../aws/faults.mjs';
import { RoleCalls } from '../aws/role_calls.mjs';
import { answering, endWhenTold, listen } from '../aws/serving.mjs';
import { Bucket } from './bucket.mjs';
import { CorsRule } from './cors.mjs';
import { answerError, S3Error } from './errors.mjs';
import { S3_FAULTS } from './faults.mjs';
import { ObjectStore } from './object_store.mjs';
import { S3Verifier } from './verify_request.mjs';

const BODY_MAX = 64 * 1024 * 1024;

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    bucket: { type: 'string' },
    port: { type: 'string', default: '0' },
    region: { type: 'string', default: 'us-east-1' },
    credential: { type: 'string', multiple: true, default: [] },
    'credentials-file': { type: 'string', multiple: true, default: [] },
    origin: { type: 'string', multiple: true, default: [] },
    'cdn-socket': { type: 'string' },
    'calls-file': { type: 'string' },
    'test-controls': { type: 'boolean', default: false },
  },
});
if (!options.state || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(options.bucket ?? '')) {
  console.error('server.mjs: --state DIR and --bucket NAME are needed, the folder for the objects and the name of the bucket');
  process.exit(2);
}

process.umask(0o077); // objects and the CDN's door are its own user's
const faults = options['test-controls'] ? new Faults(S3_FAULTS) : undefined;
const verifier = new S3Verifier(options);
options.credential.forEach((each) => verifier.accept(...each.split(':')));
options['credentials-file'].forEach((file) => verifier.acceptFile(file));
const cors = new CorsRule(options.origin);
const store = await ObjectStore.open(path.join(options.state, 'objects'), options.bucket);
const bucket = new Bucket({ name: options.bucket, store, verifier, roleCalls: new RoleCalls(options['calls-file'], verifier) });

async function bodyOf(request) {
  if (request.headers['transfer-encoding'] !== undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > BODY_MAX) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', { MaxSizeAllowed: BODY_MAX });
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(request, response, { status, headers, body }) {
  const length = [204, 304].includes(status) ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { 'x-amz-request-id': randomUUID(), ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** One call at one of the doors: `carryOut` gets the request with its body, and gives the answer. */
async function call(request, response, carryOut) {
  try {
    const body = await bodyOf(request);
    const { answered, after } = faults?.meet(request, response) ?? {};
    if (answered) return;
    const answer = await carryOut({ method: request.method, url: request.url, headers: request.headers, body });
    if (after) after(request);
    else send(request, response, answer);
  } catch (error) {
    if (error instanceof S3Error) answerError(request, response, error);
    else throw error;
  }
}

/** Answers what tests ask for; false when it is nothing of theirs. */
async function control(request, response) {
  if (!faults || !request.url.startsWith('/_test/')) return false;
  const url = new URL(request.url, 'http://127.0.0.1');
  if (`${request.method} ${url.pathname}` === 'GET /_test/objects') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(await store.objects()));
  } else {
    faults.handle(request, response, url, verifier);
  }
  return true;
}

async function apiDoor(request, response) {
  if (await control(request, response)) return;
  cors.mark(request, response);
  await call(request, response, (each) => (each.method === 'OPTIONS'
    ? { status: 200, headers: cors.preflight(each), body: '' }
    : bucket.answer(each)));
}

/**
 * CloudFront may read objects and not list them: to such a reader S3 says of a missing one that it is denied. A CDN that
 * passes on what its clients prove themselves with is found out.
 */
async function readForCdn({ method, url, headers }) {
  const denied = new S3Error('AccessDenied', 'Access Denied');
  if (headers.cookie !== undefined || headers.authorization !== undefined) {
    throw new S3Error('InvalidArgument', 'The credentials of a client are not taken here', { ArgumentName: 'Authorization' });
  }
  const key = /^\/(products\/[A-Za-z0-9._-]+)$/.exec(url)?.[1];
  if (!key || !['GET', 'HEAD'].includes(method)) throw denied;
  const answer = await bucket.read(method, key, headers);
  if (answer.status === 404) throw denied;
  return answer;
}
const cdnDoor = (request, response) => call(request, response, readForCdn);

const doors = [createServer(answering(apiDoor))];
await listen(doors[0], Number(options.port));
if (options['cdn-socket']) {
  rmSync(options['cdn-socket'], { force: true }); // of one that was killed
  doors.push(createServer(answering(cdnDoor)));
  await listen(doors[1], options['cdn-socket']);
}
endWhenTold(...doors);
console.log(`ready port=${doors[0].address().port}`);
