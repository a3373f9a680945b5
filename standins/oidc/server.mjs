#!/usr/bin/env node
// The OpenID provider that stands for Amazon Cognito on a developer's machine and in the tests.
//
//   server.mjs --state DIR [--port N] [--pool ID] [--client ID]... [--origin URL]...
//              [--access-token-seconds N] [--test-controls]
//
// Listens on 127.0.0.1 only. Keys are kept in DIR. When it accepts connections it prints one line,
// "ready port=N issuer=URL", on standard output. SIGUSR1 rotates the signing key.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { login, logoutHandler } from './login_page.mjs';
import { makeProvider } from './provider.mjs';
import { SigningKeys } from './signing_keys.mjs';
import { TestControls } from './test_controls.mjs';
import { userInfo } from './user_info.mjs';

const { values: options } = parseArgs({
  options: {
    state: { type: 'string' },
    port: { type: 'string', default: '0' },
    pool: { type: 'string', default: 'us-east-1_StockPilot' },
    client: { type: 'string', multiple: true, default: ['stockpilot-dev', 'another-app'] },
    origin: { type: 'string', multiple: true, default: ['http://localhost:3000'] },
    'access-token-seconds': { type: 'string', default: '3600' },
    'test-controls': { type: 'boolean', default: false },
  },
});
if (!options.state) {
  console.error('server.mjs: --state DIR is needed, the folder for the signing keys');
  process.exit(2);
}

// The command-line sign-in never opens its address; the others belong to the pages of each origin.
const redirectUris = ['http://127.0.0.1/callback',
  ...options.origin.flatMap((origin) => [`${origin}/`, `${origin}/callback`])];

const keys = new SigningKeys(options.state);
const controls = options['test-controls'] ? new TestControls() : undefined;
const cookieKeys = [randomBytes(32).toString('base64url')];

const server = createServer();
server.listen(Number(options.port), '127.0.0.1', () => {
  const { port } = server.address();
  const issuer = `http://127.0.0.1:${port}/${options.pool}`;
  const keySetPath = `/${options.pool}/.well-known/jwks.json`;
  const discoveryPath = `/${options.pool}/.well-known/openid-configuration`;

  let provider;
  let serveProvider;
  // oidc-provider takes its keys once; sessions and codes outlive the object, so a new one will do.
  const applyKeys = () => {
    provider = makeProvider({
      issuer,
      pool: options.pool,
      jwks: keys.jwks,
      cookieKeys,
      clients: options.client,
      redirectUris,
      origins: options.origin,
      accessTokenSeconds: Number(options['access-token-seconds']),
    });
    provider.on('server_error', (ctx, error) => console.error(error));
    provider.use(logoutHandler(provider, redirectUris));
    serveProvider = provider.callback();
  };
  applyKeys();

  const answer = async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (controls && url.pathname.startsWith('/_test/')) {
      return controls.handle(request, response, url, { keys, onRotate: applyKeys });
    }
    if (url.pathname.startsWith('/login/')) return await login(request, response, provider);
    if (url.pathname === '/oauth2/userInfo') {
      return await userInfo(request, response, { issuer, jwks: keys.publicJwks });
    }
    if (url.pathname === keySetPath && controls?.interceptKeySet(response, keys)) return undefined;
    if (url.pathname === discoveryPath) request.url = '/.well-known/openid-configuration';
    return serveProvider(request, response);
  };

  server.on('request', (request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });

  process.on('SIGUSR1', () => {
    console.error(`signing with ${keys.rotate()} from now on`);
    applyKeys();
  });
  console.log(`ready port=${port} issuer=${issuer}`);
});

server.on('error', (error) => {
  console.error(`server.mjs: cannot listen: ${error.message}`);
  process.exit(1);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
