// GET /auth/refresh?return=PATH: a page was asked for with a token that has ended. Pages cannot set cookies, so they send the
// browser here, which notices nothing but a redirect.
import type { NextRequest } from 'next/server';
import { ownUrl, redirectTo, unlessBrowserGoes } from '@/server/answer';
import { logFault } from '@/server/log';
import { refresh, RefreshRefused } from '@/server/provider';
import { cookiesOf, localPath, NO_SESSION, readSession } from '@/server/session';

export async function GET(request: NextRequest) {
  const page = unlessBrowserGoes(request);
  if (page) return page;
  const returnTo = localPath(request.nextUrl.searchParams.get('return'));
  const signIn = ownUrl(`/auth/sign-in?return=${encodeURIComponent(returnTo)}`);
  const { refreshToken } = await readSession(request.cookies);
  if (!refreshToken) return redirectTo(signIn, NO_SESSION);
  try {
    return redirectTo(ownUrl(returnTo), await cookiesOf(await refresh(refreshToken)));
  } catch (error) {
    if (error instanceof RefreshRefused) return redirectTo(signIn, NO_SESSION);
    logFault('refresh', error);
    return redirectTo(ownUrl('/?problem=provider'));
  }
}
