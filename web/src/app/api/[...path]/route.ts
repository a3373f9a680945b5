// /api/...: the API for our own pages, which have no token. Puts the session's token in, renews it where it has ended, and passes
// answers on as they are.
import { NextResponse, type NextRequest } from 'next/server';
import { foreignPage, fromOwnPage, newRequestId, problem, setCookies } from '@/server/answer';
import { callApi, type ApiRequest } from '@/server/gateway';
import { logFault } from '@/server/log';
import { refresh, RefreshRefused } from '@/server/provider';
import { cookiesOf, isUsable, NO_SESSION, readSession, type CookieToSet, type Session } from '@/server/session';

const REQUEST_HEADERS = ['Accept', 'Content-Type', 'If-Match', 'If-None-Match', 'Idempotency-Key'];
const ANSWER_HEADERS = ['Content-Type', 'Content-Disposition', 'ETag', 'Link', 'Location', 'Retry-After', 'Idempotent-Replayed', 'X-Request-Id', 'Vary'];
/** What pages ask for. The API answers more to its own host, which we may be on: its metrics are not for browsers. */
const RESOURCES = ['dashboard', 'products', 'movements', 'sales', 'purchases', 'expenses', 'reports', 'imports', 'notifications', 'users', 'settings', 'audit'];
/** The API's own limit is below this. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;

const signedOut = () => setCookies(problem(401, 'not-signed-in', 'Sign in first', 'The session has ended. Sign in again.'), NO_SESSION);

/** A fault of ours, or of what lies behind us: in the log under the request id that the answer has. */
function unavailable(error: unknown, { method, nextUrl }: NextRequest) {
  const requestId = newRequestId();
  logFault('api', error, { requestId, method, path: nextUrl.pathname });
  const detail = (error as Error).name === 'TimeoutError'
    ? 'The answer takes too long. What was sent may have been booked: send it again, it is booked once.'
    : 'The service cannot be reached. Please try again in a moment.';
  return problem(503, 'service-unavailable', 'The service cannot answer just now', detail, { 'Retry-After': '2' }, requestId);
}

class TooLarge extends Error {}

const tooLarge = () => problem(413, 'payload-too-large', 'The request is too large', 'A request has at most 6 MB.');

/** Nobody waits for it any more, but what is not taken off a connection blocks it. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>) {
  while (!(await reader.read()).done);
}

/** Undefined when it is empty. Counted as it comes: a request need not tell its length. */
async function readBody({ body }: NextRequest): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!body) return undefined;
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.byteLength;
    if (length > MAX_BODY_BYTES) {
      discard(reader).catch(() => {}); // whoever sends may as well have gone
      throw new TooLarge();
    }
  }
  return length > 0 ? new Uint8Array(Buffer.concat(parts)) : undefined;
}

async function apiRequest(request: NextRequest): Promise<ApiRequest> {
  const headers: Record<string, string> = {};
  for (const name of REQUEST_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const { pathname, search } = request.nextUrl;
  const body = request.method === 'GET' ? undefined : await readBody(request);
  return { method: request.method, path: pathname.slice('/api'.length) + search, headers, body };
}

/** The session while a request is answered. */
interface Held {
  session: Session;
  /** For the browser, whatever becomes of the request: after a renewal with rotation, the refresh token that it has is worth nothing. */
  cookies: CookieToSet[];
}

async function renew(held: Held) {
  const { refreshToken } = held.session;
  if (!refreshToken) throw new RefreshRefused('there is no refresh token');
  const tokens = await refresh(refreshToken);
  held.session = tokens;
  held.cookies = await cookiesOf(tokens);
}

async function forward(request: NextRequest, held: Held): Promise<NextResponse> {
  if (!isUsable(held.session.access)) await renew(held);
  const wanted = await apiRequest(request);
  let answer = await callApi(wanted, held.session.access!.token);
  if (answer.status === 401 && held.cookies.length === 0) {
    // The API knows better: keys were changed, or the token is too old for it.
    await answer.body?.cancel();
    await renew(held);
    answer = await callApi(wanted, held.session.access!.token);
  }
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  for (const name of ANSWER_HEADERS) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const body = [204, 304].includes(answer.status) ? null : (answer.body as ReadableStream | null);
  return new NextResponse(body, { status: answer.status, headers });
}

function failed(error: unknown, request: NextRequest) {
  if (error instanceof RefreshRefused) return signedOut();
  if (error instanceof TooLarge) return tooLarge();
  return unavailable(error, request);
}

async function handle(request: NextRequest): Promise<NextResponse> {
  if (request.method !== 'GET' && !fromOwnPage(request)) return foreignPage();
  if (!RESOURCES.includes(request.nextUrl.pathname.split('/')[2] ?? '')) return problem(404, 'not-found', 'There is no such address', 'Pages of the dashboard do not ask for this.');
  // Before anything of the body is read.
  const held: Held = { session: await readSession(request.cookies), cookies: [] };
  if (!isUsable(held.session.access) && !held.session.refreshToken) return signedOut();
  if (Number(request.headers.get('Content-Length') ?? 0) > MAX_BODY_BYTES) return tooLarge();
  const answer = await forward(request, held).catch((error) => failed(error, request));
  return setCookies(answer, held.cookies);
}

export { handle as GET, handle as POST, handle as PATCH, handle as PUT, handle as DELETE };
