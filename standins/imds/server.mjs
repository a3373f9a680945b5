#!/usr/bin/env node
// The counterpart of the EC2 instance metadata service on one machine, version 2 only: session tokens, the credentials of
// the instance's role, and what the instance is.
//
//   server.mjs --state DIR [--port N] [--role NAME] [--lifetime SECONDS] [--credential KEY:SECRET:TOKEN]
//              [--instance-id ID] [--public-ipv4 ADDRESS] [--test-controls]
//
// Listens on 127.0.0.1 only. It makes credentials by itself, others in time before they expire, unless --credential gives
// them. DIR/credentials.json has those that are good, for the other counterparts of AWS. When it accepts connections it
// prints one line, "ready port=N", on standard output.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { answering, endWhenTold, listen } from '../aws/serving.mjs';
import { Faults } from './faults.mjs';
import { RoleCredentials } from './role_credentials.mjs';
import { SessionTokens } from './session_tokens.mjs';

const TOKEN_PATH = '/latest/api/token';
const ROLES_PATH = '/latest/meta-data/iam/security-credentials/';
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';
const LIFE_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const TITLES = {
  400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    port: { type: 'string', default: '0' },
    role: { type: 'string', default: 'stockpilot-instance' },
    lifetime: { type: 'string', default: '21600' },
    credential: { type: 'string' },
    'instance-id': { type: 'string' },
    'public-ipv4': { type: 'string' },
    'test-controls': { type: 'boolean', default: false },
  },
});
if (!options.state) {
  console.error('server.mjs: --state DIR is needed, the folder for the credentials');
  process.exit(2);
}

function fixedCredentials() {
  if (!options.credential) return undefined;
  const [accessKeyId, secretAccessKey, sessionToken] = options.credential.split(':');
  return { accessKeyId, secretAccessKey, sessionToken };
}

const instance = {
  role: options.role,
  tokens: new SessionTokens(),
  credentials: new RoleCredentials({ state: options.state, lifetimeSeconds: Number(options.lifetime), fixed: fixedCredentials() }),
};

function sendText(response, text, headers = {}) {
  response.writeHead(200, { 'Content-Type': 'text/plain', Server: 'EC2ws', ...headers }).end(text);
}

/** The service's own error pages are XHTML, whatever was asked for. */
function sendError(response, status, headers = {}) {
  const title = `${status} - ${TITLES[status]}`;
  response.writeHead(status, { 'Content-Type': 'text/html', Server: 'EC2ws', ...headers });
  response.end(`<?xml version="1.0" encoding="iso-8859-1"?>\n<html xmlns="http://www.w3.org/1999/xhtml">\n <head>\n  <title>${title}</title>\n`
    + ` </head>\n <body>\n  <h1>${title}</h1>\n </body>\n</html>\n`);
}

const faults = options['test-controls'] ? new Faults({ sendText, sendError }) : undefined;

/** A token is not given through a proxy: what says that it was passed on is refused. */
function giveToken(request, response) {
  if (request.headers['x-forwarded-for'] !== undefined) return sendError(response, 403);
  const life = request.headers[LIFE_HEADER];
  const token = instance.tokens.issue(life);
  return token ? sendText(response, token, { [LIFE_HEADER]: life }) : sendError(response, 400);
}

function documentOf(credentials) {
  return JSON.stringify({
    Code: 'Success',
    LastUpdated: credentials.updated,
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: credentials.expiration,
  }, undefined, 2);
}

/** By path; an instance without a public address has none to tell. */
const FACTS = Object.fromEntries(['instance-id', 'public-ipv4'].map((name) => [`/latest/meta-data/${name}`, options[name]]));

function tell(pathname, response, headers) {
  if (FACTS[pathname]) return sendText(response, FACTS[pathname], headers);
  const known = instance.role !== '';
  if (known && pathname === ROLES_PATH) sendText(response, instance.role, headers);
  else if (known && pathname === ROLES_PATH + instance.role) sendText(response, documentOf(instance.credentials.current()), headers);
  else if (known && `${pathname}/` === ROLES_PATH) response.writeHead(301, { Location: ROLES_PATH, ...headers }).end();
  else sendError(response, 404, headers);
  return undefined;
}

function kindOf(method, pathname) {
  if (pathname === TOKEN_PATH && method === 'PUT') return 'token';
  if (pathname === ROLES_PATH) return 'role';
  return pathname.startsWith(ROLES_PATH) ? 'credentials' : 'other';
}

function answer(request, response) {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (faults && url.pathname.startsWith('/_test/')) return faults.handle(request, response, url, instance);
  const kind = kindOf(request.method, url.pathname);
  if (faults?.meet(kind, request, response)) return undefined;
  if (kind === 'token') return giveToken(request, response);
  if (url.pathname === TOKEN_PATH) return sendError(response, 405, { Allow: 'OPTIONS, PUT' });
  if (!['GET', 'HEAD'].includes(request.method)) return sendError(response, 405, { Allow: 'OPTIONS, GET, HEAD' });
  const left = instance.tokens.left(request.headers[TOKEN_HEADER]);
  if (left === 0) {
    faults?.noteUnauthorized();
    return sendError(response, 401);
  }
  return tell(url.pathname, response, { [LIFE_HEADER]: String(left) });
}

const server = createServer(answering((request, response) => {
  request.resume();
  return answer(request, response);
}));
await listen(server, Number(options.port));
endWhenTold(server);
console.log(`ready port=${server.address().port}`);
