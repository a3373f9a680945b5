// Answers of the route handlers.
import 'server-only';
import { NextResponse } from 'next/server';
import { randomUUID } from 'node:crypto';
import { readConfiguration } from './configuration';
import { COOKIE_OPTIONS, type CookieToSet } from './session';

/** An address of ours for a path. Not by the request: behind CloudFront its Host is another one. */
export const ownUrl = (path: string) => new URL(path, readConfiguration().DASHBOARD_URL);

export function setCookies<T>(response: NextResponse<T>, cookies: CookieToSet[]) {
  for (const { name, value, maxAge } of cookies) response.cookies.set(name, value, { ...COOKIE_OPTIONS, maxAge });
  return response;
}

export function redirectTo(url: URL, cookies: CookieToSet[] = []) {
  const response = NextResponse.redirect(url, 303);
  response.headers.set('Cache-Control', 'no-store');
  return setCookies(response, cookies);
}

/**
 * Next's router follows a link with fetch, and a redirect with it: to the provider, which fetch may not read, or to an answer that was
 * for another address. Answered with a page that is none of its own, it lets the browser go where it wanted to.
 */
export function unlessBrowserGoes({ headers }: Request): NextResponse | undefined {
  const mode = headers.get('Sec-Fetch-Mode');
  if (mode === null || mode === 'navigate') return undefined;
  return new NextResponse('', { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' } });
}

export const newRequestId = () => randomUUID().replaceAll('-', '');

/** As the API writes its own: RFC 9457, with its kinds of problem. `requestId` is one that the log has, if it has any. */
export function problem(status: number, kind: string, title: string, detail: string, headers: Record<string, string> = {}, requestId = newRequestId()) {
  const body = { type: `/problems/${kind}`, title, status, detail, requestId, message: detail };
  return NextResponse.json(body, {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', 'X-Request-Id': requestId },
  });
}

/**
 * Whether a page of ours made the request, as browsers say (Fetch Metadata, W3C; older ones by Origin alone). What changes something is
 * taken from our own pages only.
 */
export function fromOwnPage({ headers }: Request) {
  const site = headers.get('Sec-Fetch-Site');
  return site ? site === 'same-origin' : headers.get('Origin') === readConfiguration().DASHBOARD_URL;
}

export const foreignPage = () => problem(403, 'forbidden', 'This is not allowed', 'Only pages of the dashboard may ask for this.');
