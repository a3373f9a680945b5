// The OpenID provider: Cognito's hosted UI, or its counterpart. Authorization code with PKCE (RFC 6749, RFC 7636, OpenID Connect
// Core 1.0), by openid-client. What Cognito does differently is its sign-out, which is not OpenID's.
import 'server-only';
import * as client from 'openid-client';
import { readConfiguration } from './configuration';
import { DEADLINE_MS } from './gateway';
import type { SignIn, Tokens } from './session';

const SCOPES = 'openid email profile';
/**
 * How long an answer to a refresh is given to whoever asks again with the same token: pages ask several things at once, and the browser
 * has the new one only with the API's answer, or with the news that there is none.
 */
const REFRESH_SHARED_MS = DEADLINE_MS + 10_000;

let discovery: Promise<client.Configuration> | undefined;

function provider(): Promise<client.Configuration> {
  discovery ??= discover().catch((error) => {
    discovery = undefined; // the next one tries again
    throw error;
  });
  return discovery;
}

async function discover() {
  const { COGNITO_ISSUER, COGNITO_CLIENT_ID } = readConfiguration();
  const issuer = new URL(COGNITO_ISSUER);
  const options = issuer.protocol === 'http:' ? { execute: [client.allowInsecureRequests] } : undefined;
  return client.discovery(issuer, COGNITO_CLIENT_ID, undefined, client.None(), options);
}

const callbackUrl = () => new URL('/auth/callback', readConfiguration().DASHBOARD_URL);

/** Where the browser goes to sign in, and what has to be remembered until it is back. */
export async function beginSignIn(returnTo: string): Promise<{ url: URL; signIn: SignIn }> {
  const signIn = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier(), returnTo };
  const url = client.buildAuthorizationUrl(await provider(), {
    redirect_uri: callbackUrl().href,
    scope: SCOPES,
    state: signIn.state,
    nonce: signIn.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(signIn.codeVerifier),
    code_challenge_method: 'S256',
  });
  return { url, signIn };
}

function tokensOf(answer: client.TokenEndpointResponse): Tokens {
  const now = Math.floor(Date.now() / 1000);
  return {
    access: { token: answer.access_token, issuedAt: now, expiresAt: now + (answer.expires_in ?? 300) },
    ...(answer.refresh_token && { refreshToken: answer.refresh_token }),
  };
}

/** The tokens for the code in the query that the browser came back with. */
export async function finishSignIn(query: string, { state, nonce, codeVerifier }: SignIn): Promise<Tokens> {
  const url = callbackUrl();
  url.search = query;
  const answer = await client.authorizationCodeGrant(await provider(), url, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier });
  return tokensOf(answer);
}

const refreshing = new Map<string, Promise<Tokens>>();

/**
 * New tokens. Fails with RefreshRefused when the provider does not want this token any more. At once and shortly after, the same
 * token gets the same answer: with rotation it is worth only one.
 */
export function refresh(refreshToken: string): Promise<Tokens> {
  let answer = refreshing.get(refreshToken);
  if (!answer) {
    answer = requestTokens(refreshToken);
    refreshing.set(refreshToken, answer);
    const forget = () => refreshing.delete(refreshToken);
    answer.then(() => setTimeout(forget, REFRESH_SHARED_MS).unref(), forget);
  }
  return answer;
}

export class RefreshRefused extends Error {}

async function requestTokens(refreshToken: string): Promise<Tokens> {
  try {
    // One that stays good goes into a cookie again too, which the newest secret seals.
    return { refreshToken, ...tokensOf(await client.refreshTokenGrant(await provider(), refreshToken)) };
  } catch (error) {
    if (error instanceof client.ResponseBodyError && error.status >= 400 && error.status < 500) throw new RefreshRefused(error.error);
    throw error;
  }
}

/** The refresh token is worth nothing afterwards. */
export async function revoke(refreshToken: string) {
  await client.tokenRevocation(await provider(), refreshToken);
}

/** Where the browser goes to end the session at the provider: Cognito's /logout, on the host of its hosted UI. */
export async function signOutUrl() {
  const { COGNITO_CLIENT_ID, DASHBOARD_URL } = readConfiguration();
  const url = new URL('/logout', (await provider()).serverMetadata().authorization_endpoint);
  url.searchParams.set('client_id', COGNITO_CLIENT_ID);
  url.searchParams.set('logout_uri', `${DASHBOARD_URL}/`);
  return url;
}
