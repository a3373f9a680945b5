// POST /auth/sign-out: ends the session here and at the provider; what the refresh token was worth ends too.
import type { NextRequest } from 'next/server';
import { foreignPage, fromOwnPage, ownUrl, redirectTo } from '@/server/answer';
import { logFault } from '@/server/log';
import { revoke, signOutUrl } from '@/server/provider';
import { NO_SESSION, readSession } from '@/server/session';

export async function POST(request: NextRequest) {
  if (!fromOwnPage(request)) return foreignPage();
  const { refreshToken } = await readSession(request.cookies);
  // Without the provider's own sign-out, whoever signs in next in this browser is let in as the one before.
  if (refreshToken) await revoke(refreshToken).catch((error) => logFault('revoke', error));
  try {
    return redirectTo(await signOutUrl(), NO_SESSION);
  } catch (error) {
    logFault('sign_out', error);
    return redirectTo(ownUrl('/'), NO_SESSION);
  }
}
