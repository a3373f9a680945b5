#!/usr/bin/env node
// The OpenID provider that stands for Amazon Cognito on a developer's machine and in the tests.
//
//   server.mjs --state DIR [--listen ADDRESS] [--port N] [--pool ID] [--client ID]... [--origin URL]...
//              [--access-token-seconds N] [--rotate-refresh-tokens] [--region R] [--account N]
//              [--credential KEY:SECRET[:TOKEN]]... [--credentials-file FILE] [--calls-file FILE] [--test-controls]
//
// Listens on 127.0.0.1, or ADDRESS. Keys, people and mails are kept in DIR. When it accepts connections it prints
// one line, "ready port=N issuer=URL", on standard output. SIGUSR1 rotates the signing key. On the same port
// whoever signs with one of the credentials, or with one of FILE, which the counterpart of the instance metadata
// service gives out, manages the people as by Cognito's API (admin_api.mjs); what that mails is at /mailbox and /mailbox.json.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Faults } from '../aws/faults.mjs';
import { Mailbox } from '../aws/mailbox.mjs';
import { mailboxPage } from '../aws/mailbox_page.mjs';
import { answering, endWhenTold, listen } from '../aws/serving.mjs';
import { AdminApi, POOL_FAULTS } from './admin_api.mjs';
import { login, logoutHandler, sendPage } from './login_page.mjs';
import { People } from './people.mjs';
import { makeProvider } from './provider.mjs';
import { SigningKeys } from './signing_keys.mjs';
import { TestControls } from './test_controls.mjs';
import { userInfo } from './user_info.mjs';

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    listen: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    pool: { type: 'string', default: 'us-east-1_StockPilot' },
    client: { type: 'string', multiple: true, default: ['stockpilot-dev', 'another-app'] },
    origin: { type: 'string', multiple: true, default: ['http://localhost:3000'] },
    'access-token-seconds': { type: 'string', default: '3600' },
    region: { type: 'string', default: 'us-east-1' },
    account: { type: 'string', default: '000000000000' },
    credential: { type: 'string', multiple: true, default: [] },
    'credentials-file': { type: 'string', multiple: true, default: [] },
    'calls-file': { type: 'string' },
    'rotate-refresh-tokens': { type: 'boolean', default: false },
    'test-controls': { type: 'boolean', default: false },
  },
});
if (!options.state) {
  console.error('server.mjs: --state DIR is needed, the folder for keys, people and mails');
  process.exit(2);
}

// The command-line sign-in never opens its address; the others belong to the pages of each origin.
const redirectUris = ['http://127.0.0.1/callback',
  ...options.origin.flatMap((origin) => [`${origin}/`, `${origin}/callback`, `${origin}/auth/callback`])];

const keys = new SigningKeys(options.state);
const people = new People(options.state);
const mailbox = new Mailbox(options.state);
const faults = options['test-controls'] ? new Faults(POOL_FAULTS) : undefined;
const adminApi = new AdminApi({
  region: options.region,
  account: options.account,
  pool: options.pool,
  credentials: options.credential,
  files: options['credentials-file'],
  callsFile: options['calls-file'],
  people,
  mailbox,
  faults,
});
const controls = options['test-controls'] ? new TestControls() : undefined;
const cookieKeys = [randomBytes(32).toString('base64url')];

const MAILBOX = ['/mailbox', '/mailbox.json'];

function showMailbox(response, url) {
  const to = url.searchParams.get('to') ?? undefined;
  if (url.pathname === '/mailbox') return sendPage(response, 200, mailboxPage(mailbox, to, 'Amazon Cognito'));
  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  return response.end(JSON.stringify(mailbox.mails(to)));
}

const server = createServer();
await listen(server, Number(options.port), options.listen);
const { port } = server.address();
const issuer = `http://${options.listen}:${port}/${options.pool}`;
const keySetPath = `/${options.pool}/.well-known/jwks.json`;
const discoveryPath = `/${options.pool}/.well-known/openid-configuration`;

let provider;
let serveProvider;
// oidc-provider takes its keys once; sessions and codes outlive the object, so a new one will do.
const applyKeys = () => {
  provider = makeProvider({
    issuer,
    pool: options.pool,
    people,
    jwks: keys.jwks,
    cookieKeys,
    clients: options.client,
    redirectUris,
    origins: options.origin,
    accessTokenSeconds: Number(options['access-token-seconds']),
    rotateRefreshTokens: options['rotate-refresh-tokens'],
  });
  provider.on('server_error', (ctx, error) => console.error(error));
  provider.use(logoutHandler(provider, redirectUris));
  serveProvider = provider.callback();
};
applyKeys();

const answer = async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (controls && url.pathname.startsWith('/_test/')) {
    return controls.handle(request, response, url, { keys, onRotate: applyKeys, people, faults, verifier: adminApi.verifier });
  }
  if (adminApi.takes(request)) return await adminApi.handle(request, response, issuer);
  if (MAILBOX.includes(url.pathname)) return showMailbox(response, url);
  if (url.pathname.startsWith('/login/')) return await login(request, response, provider, people);
  if (url.pathname === '/oauth2/userInfo') {
    return await userInfo(request, response, { issuer, jwks: keys.publicJwks, people });
  }
  if (url.pathname === keySetPath && controls?.interceptKeySet(response, keys)) return undefined;
  if (url.pathname === discoveryPath) request.url = '/.well-known/openid-configuration';
  return serveProvider(request, response);
};

server.on('request', answering(answer));

process.on('SIGUSR1', () => {
  console.error(`signing with ${keys.rotate()} from now on`);
  applyKeys();
});
endWhenTold(server);
console.log(`ready port=${port} issuer=${issuer}`);
