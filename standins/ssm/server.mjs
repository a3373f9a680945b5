#!/usr/bin/env node
// The counterpart of AWS Systems Manager Parameter Store on one machine: its JSON 1.1 protocol with signatures checked.
//
//   server.mjs --state DIR [--port N] [--region R] [--account N] [--credential KEY:SECRET[:TOKEN]]...
//              [--credentials-file FILE]... [--calls-file FILE] [--test-controls]
//
// Listens on 127.0.0.1 only. Parameters are kept in DIR, in a file that only its owner may read. When it accepts
// connections it prints one line, "ready port=N", on standard output.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Faults } from '../aws/faults.mjs';
import { RoleCalls } from '../aws/role_calls.mjs';
import { answering, endWhenTold, listen } from '../aws/serving.mjs';
import { SignatureError, SignatureVerifier } from '../aws/verify_signature.mjs';
import { SSM_FAULTS } from './faults.mjs';
import { PAGE_MODES, pageOf } from './pages.mjs';
import { Parameters, SsmError, invalid } from './parameters.mjs';

const BODY_MAX = 64 * 1024;
const TARGET = 'AmazonSSM.';
/** What a bad signature is called in this protocol, by what the query protocol calls it. */
const SIGNATURE_ERRORS = {
  InvalidClientTokenId: 'UnrecognizedClientException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
  ExpiredToken: 'ExpiredTokenException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
};

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    port: { type: 'string', default: '0' },
    region: { type: 'string', default: 'us-east-1' },
    account: { type: 'string', default: '000000000000' },
    credential: { type: 'string', multiple: true, default: [] },
    'credentials-file': { type: 'string', multiple: true, default: [] },
    'calls-file': { type: 'string' },
    'test-controls': { type: 'boolean', default: false },
  },
});
if (!options.state) {
  console.error('server.mjs: --state DIR is needed, the folder for the parameters');
  process.exit(2);
}

const parameters = new Parameters(options);
const faults = options['test-controls'] ? new Faults(SSM_FAULTS) : undefined;
const verifier = new SignatureVerifier({ region: options.region, service: 'ssm' });
options.credential.forEach((each) => verifier.accept(...each.split(':')));
options['credentials-file'].forEach((file) => verifier.acceptFile(file));
const roleCalls = new RoleCalls(options['calls-file'], verifier);
let pageMode = 'normal';

/** Each gives its answer. */
const ACTIONS = {
  PutParameter: (input) => parameters.put(input),
  DeleteParameter: ({ Name }) => { parameters.delete(Name); return {}; },
  GetParameter: ({ Name, WithDecryption }) => ({ Parameter: parameters.get(Name, WithDecryption) }),
  GetParameters: ({ Names, WithDecryption }) => {
    if (!Array.isArray(Names) || Names.length < 1 || Names.length > 10) throw invalid('Names has from 1 to 10 members.');
    const answer = { Parameters: [], InvalidParameters: [] };
    for (const name of Names) {
      try {
        answer.Parameters.push(parameters.get(name, WithDecryption));
      } catch {
        answer.InvalidParameters.push(name);
      }
    }
    return answer;
  },
  GetParametersByPath: ({ Path, Recursive, WithDecryption, MaxResults, NextToken, ParameterFilters }) => {
    if (ParameterFilters?.length) throw invalid('this counterpart knows no ParameterFilters');
    const all = parameters.below(Path, { recursive: Recursive, withDecryption: WithDecryption });
    const { items, token } = pageOf(all, { maximum: MaxResults, token: NextToken, mode: pageMode });
    return { Parameters: items, NextToken: token };
  },
};

async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_MAX) throw new SsmError(413, 'RequestEntityTooLargeException', 'Request is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function inputOf(body) {
  let input;
  try {
    input = JSON.parse(body.toString('utf8'));
  } catch { /* told below */ }
  if (!input || typeof input !== 'object' || Array.isArray(input)) throw new SsmError(400, 'SerializationException', 'The body is no JSON object');
  return input;
}

/** A path stands for all that is below it. */
function note(keyId, action, { Path, Name, Names }) {
  for (const name of [Path ?? Name ?? Names].flat()) roleCalls.note(keyId, { action: `ssm:${action}`, resource: parameters.arnOf(String(name)) });
}

async function carryOut(request, body) {
  const keyId = await verifier.check({ method: request.method, url: request.url, headers: request.headers, body });
  const target = request.headers['x-amz-target'] ?? '';
  const action = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
  if (request.method !== 'POST' || !Object.hasOwn(ACTIONS, action)) throw new SsmError(400, 'UnknownOperationException', target);
  if (!/^application\/x-amz-json-1\.1\b/.test(request.headers['content-type'] ?? '')) {
    throw new SsmError(400, 'SerializationException', 'The type of the body is application/x-amz-json-1.1');
  }
  const input = inputOf(body);
  note(keyId, action, input);
  return ACTIONS[action](input);
}

async function call(request, response) {
  const send = (status, value) => response.writeHead(status, {
    'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': randomUUID(),
  }).end(JSON.stringify(value));
  try {
    const body = await bodyOf(request);
    const { answered, after } = faults?.meet(request, response) ?? {};
    if (answered) return;
    const value = await carryOut(request, body);
    if (after) after(request);
    else send(200, value);
  } catch (error) {
    if (error instanceof SignatureError) send(400, { __type: SIGNATURE_ERRORS[error.code] ?? error.code, message: error.message });
    else if (error instanceof SsmError) send(error.status, { __type: error.code, message: error.message });
    else throw error;
  }
}

function control(request, response, url) {
  const mode = url.searchParams.get('mode');
  if (request.method !== 'POST' || url.pathname !== '/_test/pages') {
    faults.handle(request, response, url, verifier);
  } else if (PAGE_MODES.includes(mode)) {
    pageMode = mode;
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ pages: mode }));
  } else {
    response.writeHead(400).end(`mode is one of ${PAGE_MODES.join(', ')}`);
  }
}

async function answer(request, response) {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (faults && url.pathname.startsWith('/_test/')) control(request, response, url);
  else await call(request, response);
}

const server = createServer(answering(answer));
await listen(server, Number(options.port));
endWhenTold(server);
console.log(`ready port=${server.address().port}`);
