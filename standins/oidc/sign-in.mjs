#!/usr/bin/env node
// Signs a person in as a browser would, by authorization code with PKCE, and gives the tokens.
//
//   sign-in.mjs --issuer URL [--user NAME] [--password TEXT] [--client ID] [--token access|id|refresh|all]
import { createHash, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { DEMO_PASSWORD } from './people.mjs';

const MAX_REDIRECTS = 10;
const REDIRECT_URI = 'http://127.0.0.1/callback';

// Follows redirects by hand, keeping cookies, until one leads to the client's own address.
class Browser {
  #cookies = new Map();

  async #request(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    return response;
  }

  // The first page that is no redirect, or the address below REDIRECT_URI.
  async visit(url, init) {
    let address = new URL(url);
    let response = await this.#request(address, init);
    for (let hops = 0; response.headers.has('location'); hops += 1) {
      if (hops === MAX_REDIRECTS) throw new Error('the provider redirects without end');
      address = new URL(response.headers.get('location'), address);
      if (address.href.startsWith(REDIRECT_URI)) return { address };
      response = await this.#request(address);
    }
    return { address, response, text: await response.text() };
  }
}

async function discover(issuer) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`${issuer} answers ${response.status} to discovery`);
  return response.json();
}

// {access_token, id_token, refresh_token, expires_in, token_type}; throws when any step is refused.
export async function signIn({
  issuer, user = 'admin', password = DEMO_PASSWORD, client = 'stockpilot-dev',
}) {
  const endpoints = await discover(issuer);
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');

  const authorize = new URL(endpoints.authorization_endpoint);
  authorize.search = new URLSearchParams({
    client_id: client,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid email profile',
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });

  const browser = new Browser();
  const loginPage = await browser.visit(authorize);
  const [, action] = /<form method="post" action="([^"]+)"/.exec(loginPage.text ?? '') ?? [];
  if (!action) throw new Error(`no sign-in form at ${loginPage.address}: ${loginPage.text ?? ''}`);

  const done = await browser.visit(new URL(action, loginPage.address), {
    method: 'POST',
    body: new URLSearchParams({ username: user, password }),
  });
  if (done.response) throw new Error(`the provider did not let ${user} in`);
  const answer = done.address.searchParams;
  if (answer.has('error')) throw new Error(`${answer.get('error')}: ${answer.get('error_description')}`);
  if (answer.get('state') !== state) throw new Error('the answer is not to our request: state differs');

  const tokens = await fetch(endpoints.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client,
      code: answer.get('code'),
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    }),
  });
  if (!tokens.ok) throw new Error(`no tokens for the code: ${tokens.status} ${await tokens.text()}`);
  return tokens.json();
}

async function main() {
  const { values } = parseArgs({
    options: {
      issuer: { type: 'string' },
      user: { type: 'string', default: 'admin' },
      password: { type: 'string', default: DEMO_PASSWORD },
      client: { type: 'string', default: 'stockpilot-dev' },
      token: { type: 'string', default: 'access' },
    },
  });
  if (!values.issuer) throw new Error('--issuer URL is needed');
  const tokens = await signIn(values);
  const wanted = values.token === 'all' ? JSON.stringify(tokens, null, 2) : tokens[`${values.token}_token`];
  if (!wanted) throw new Error('--token is access, id, refresh or all');
  console.log(wanted);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(`sign-in.mjs: ${error.message}`);
    process.exitCode = 1;
  });
}
