// GET /auth/sign-in?return=PATH: to the provider's page, and back to PATH.
import type { NextRequest } from 'next/server';
import { ownUrl, redirectTo, unlessBrowserGoes } from '@/server/answer';
import { logFault } from '@/server/log';
import { beginSignIn } from '@/server/provider';
import { localPath, signInCookie } from '@/server/session';

export async function GET(request: NextRequest) {
  const page = unlessBrowserGoes(request);
  if (page) return page;
  try {
    const { url, signIn } = await beginSignIn(localPath(request.nextUrl.searchParams.get('return')));
    return redirectTo(url, [await signInCookie(signIn)]);
  } catch (error) {
    logFault('sign_in_begin', error);
    return redirectTo(ownUrl('/?problem=provider'));
  }
}
