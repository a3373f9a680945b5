import { headers } from 'next/headers';

/** What inline scripts of this answer need to be run: the policy of its header names it (requests.ts). */
export async function nonceOfRequest(): Promise<string | undefined> {
  const policy = (await headers()).get('content-security-policy');
  return /'nonce-([^']+)'/.exec(policy ?? '')?.[1];
}
