// GET /auth/callback: where the provider sends the browser back to.
import type { NextRequest } from 'next/server';
import { ownUrl, redirectTo } from '@/server/answer';
import { logFault } from '@/server/log';
import { finishSignIn } from '@/server/provider';
import { cookiesOf, NO_SIGN_IN, readSignIn } from '@/server/session';

export async function GET(request: NextRequest) {
  const signIn = await readSignIn(request.cookies);
  // Too late, or a second tab was faster: then somebody is signed in already.
  if (!signIn) return redirectTo(ownUrl('/?problem=sign-in'));
  try {
    const tokens = await finishSignIn(request.nextUrl.search, signIn);
    return redirectTo(ownUrl(signIn.returnTo), [...(await cookiesOf(tokens)), NO_SIGN_IN]);
  } catch (error) {
    logFault('sign_in_finish', error);
    return redirectTo(ownUrl('/?problem=sign-in'), [NO_SIGN_IN]);
  }
}
