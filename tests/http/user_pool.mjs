// The people of the stack's user pool, by other means than the programs': what was mailed to them, signing in, and the
// official SDK.

import { createRequire } from 'node:module';
import { signIn } from '../../standins/oidc/sign-in.mjs';
import { until } from './stack.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const sdk = require('@aws-sdk/client-cognito-identity-provider');

/** What stands in a token. */
export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());

export class UserPool {
  #stack;

  #url;

  #pool;

  constructor(stack) {
    const issuer = new URL(stack.issuer);
    this.#stack = stack;
    this.#url = issuer.origin;
    this.#pool = issuer.pathname.slice(1);
  }

  /** One call of an administrator. */
  send(operation, fields) {
    const [accessKeyId, secretAccessKey] = this.#stack.accountKey.split(':');
    const credentials = { accessKeyId, secretAccessKey };
    const client = new sdk.CognitoIdentityProviderClient({ region: 'us-east-1', endpoint: this.#url, credentials });
    return client.send(new sdk[`${operation}Command`]({ UserPoolId: this.#pool, ...fields }));
  }

  async groups(Username) {
    return (await this.send('AdminListGroupsForUser', { Username })).Groups.map(({ GroupName }) => GroupName);
  }

  async passwords(email) {
    const mails = await (await fetch(`${this.#url}/mailbox.json?to=${encodeURIComponent(email)}`)).json();
    return mails.map(({ body }) => /temporary password is (\S+)/.exec(body)[1]);
  }

  /** The password that was mailed, once it is. */
  password(email) { return until(async () => (await this.passwords(email))[0], { what: `the mail to ${email}` }); }

  signIn(user, password) { return signIn({ issuer: this.#stack.issuer, user, password, client: this.#stack.clientId }); }

  /** The answer to a refresh token. */
  refresh(refreshToken) {
    return fetch(`${this.#url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: this.#stack.clientId, refresh_token: refreshToken }),
    });
  }

  /** How its next calls go wrong, see standins/sns/faults.mjs. */
  fail(mode, times) { return this.#control('fail', { mode, ...(times && { times }) }); }

  /** Somebody registers with an address themselves, and does not confirm it. */
  register(email) { return this.#control('register', { email }); }

  async #control(name, parameters) {
    const answer = await fetch(`${this.#url}/_test/${name}?${new URLSearchParams(parameters)}`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }
}
