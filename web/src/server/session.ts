// A person's session: two sealed cookies that no script can read. One has the access token, the other the refresh token, since
// both in one would be longer than the 4 kB that browsers keep.
import 'server-only';
import { sealData, unsealData } from 'iron-session';
import { readConfiguration } from './configuration';

export const ACCESS_COOKIE = '__Host-stockpilot-access';
export const REFRESH_COOKIE = '__Host-stockpilot-refresh';
export const SIGN_IN_COOKIE = '__Host-stockpilot-sign-in';

/** As long as Cognito's refresh token lives. */
const REFRESH_SECONDS = 30 * 86400;
const SIGN_IN_SECONDS = 600;
/** A token that ends within this is renewed before it is used. */
const MARGIN_SECONDS = 30;

export interface Access {
  token: string;
  /** Seconds since 1970. */
  issuedAt: number;
  expiresAt: number;
}

export interface SignIn {
  state: string;
  nonce: string;
  codeVerifier: string;
  returnTo: string;
}

export interface Tokens {
  access: Access;
  refreshToken?: string;
}

export interface CookieToSet {
  name: string;
  value: string;
  maxAge: number;
}

/** What every cookie of ours has; a maxAge of 0 deletes it. */
export const COOKIE_OPTIONS = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

// A seal names its secret by an id. All have the same one, since their places in the list change when one is put before them.
const passwordOf = (secret: string) => ({ 1: secret });

const seal = (value: unknown, ttl: number) => sealData(value, { password: passwordOf(readConfiguration().SESSION_SECRET[0]!), ttl });

/** Undefined for what is missing, forged, too old, or of another secret. */
async function unseal<T extends object>(text: string | undefined): Promise<T | undefined> {
  if (!text) return undefined;
  for (const secret of readConfiguration().SESSION_SECRET) {
    try {
      const value = await unsealData<T>(text, { password: passwordOf(secret), ttl: REFRESH_SECONDS });
      if (Object.keys(value).length > 0) return value;
    } catch {
      return undefined; // not even a seal
    }
  }
  return undefined;
}

export interface CookieJar {
  get(name: string): { value: string } | undefined;
}

export interface Session {
  access?: Access;
  refreshToken?: string;
}

export async function readSession(cookies: CookieJar): Promise<Session> {
  const [access, refresh] = await Promise.all([
    unseal<Access>(cookies.get(ACCESS_COOKIE)?.value),
    unseal<{ token: string }>(cookies.get(REFRESH_COOKIE)?.value),
  ]);
  return { access, refreshToken: refresh?.token };
}

export const isUsable = (access: Access | undefined): access is Access => access !== undefined && access.expiresAt - MARGIN_SECONDS > Date.now() / 1000;

export async function cookiesOf({ access, refreshToken }: Tokens): Promise<CookieToSet[]> {
  const maxAge = Math.max(1, Math.floor(access.expiresAt - Date.now() / 1000));
  const cookies = [{ name: ACCESS_COOKIE, value: await seal(access, maxAge), maxAge }];
  if (refreshToken) cookies.push({ name: REFRESH_COOKIE, value: await seal({ token: refreshToken }, REFRESH_SECONDS), maxAge: REFRESH_SECONDS });
  return cookies;
}

export const NO_SESSION: CookieToSet[] = [ACCESS_COOKIE, REFRESH_COOKIE].map((name) => ({ name, value: '', maxAge: 0 }));

export const signInCookie = async (signIn: SignIn): Promise<CookieToSet> =>
  ({ name: SIGN_IN_COOKIE, value: await seal(signIn, SIGN_IN_SECONDS), maxAge: SIGN_IN_SECONDS });
export const NO_SIGN_IN: CookieToSet = { name: SIGN_IN_COOKIE, value: '', maxAge: 0 };
export const readSignIn = (cookies: CookieJar) => unseal<SignIn>(cookies.get(SIGN_IN_COOKIE)?.value);

/** A path of ours to go to; anything else becomes the dashboard. */
export function localPath(text: string | null | undefined): string {
  if (!text || !text.startsWith('/') || text.startsWith('//') || /[\\\s]/.test(text) || /^\/(auth|api)(\/|$|\?)/.test(text)) return '/dashboard';
  return text;
}
