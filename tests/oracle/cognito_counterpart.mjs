// The OpenID provider with the API of Cognito's administrators, as a process of a test's own.

import { signIn } from '../../standins/oidc/sign-in.mjs';
import { KEY, REGION, SECRET, StandinProcess } from './standin_process.mjs';

export { KEY, REGION, SECRET } from './standin_process.mjs';
export const POOL = 'us-east-1_StockPilot';

/** What stands in a token, whoever signed it. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

export class CognitoCounterpart extends StandinProcess {
  static start() {
    return new CognitoCounterpart('oidc', () => ['--pool', POOL, '--region', REGION, '--credential', `${KEY}:${SECRET}`]).start();
  }

  get issuer() { return `${this.url}/${POOL}`; }

  /** The passwords that were mailed to an address, oldest first. */
  async passwords(to) {
    const mails = await this.get(`/mailbox.json?to=${encodeURIComponent(to)}`);
    return mails.map(({ body }) => /temporary password is (\S+)/.exec(body)[1]);
  }

  signIn(user, password) { return signIn({ issuer: this.issuer, user, password }); }

  /** New tokens for a refresh token: the answer. */
  refresh(refreshToken) {
    return fetch(`${this.url}/oauth2/token`, {
      method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'stockpilot-dev', refresh_token: refreshToken }),
    });
  }
}
