// cognito-local as a second issuer: somebody else's idea of Cognito's tokens, on a port of its own. Its
// signing key is published with its source, so nothing but a test may ever trust it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { until } from './stack.mjs';

const ISSUER_DOMAIN = 'http://second-issuer.test';
const PASSWORD = 'Second-issuer-1';
const program = createRequire(new URL('../../standins/package.json', import.meta.url)).resolve('cognito-local/lib/bin/start.js');

export class CognitoLocal {
  #child;

  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cognito-local-'));

  #output = '';

  address;

  /** usernameAttributes: ['email'] where people sign in with their address. */
  static async start({ usernameAttributes = [] } = {}) {
    const cognito = new CognitoLocal();
    try {
      await cognito.#start(usernameAttributes);
      await cognito.#makePool();
    } catch (error) {
      await cognito.stop();
      throw error;
    }
    return cognito;
  }

  async #start(usernameAttributes) {
    fs.mkdirSync(path.join(this.#folder, '.cognito'));
    // The issuer is only a name in its tokens: where the keys are is said apart from it.
    fs.writeFileSync(path.join(this.#folder, '.cognito', 'config.json'), JSON.stringify({
      TokenConfig: { IssuerDomain: ISSUER_DOMAIN },
      UserPoolDefaults: { UsernameAttributes: usernameAttributes },
    }));
    this.#child = spawn(process.execPath, [program], {
      cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOST: '127.0.0.1', PORT: '0' },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.#output += text; });
    }
    this.address = await until(() => {
      if (this.#child.exitCode !== null) throw new Error(`cognito-local ended:\n${this.#output}`);
      return /running on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.#output)?.[1];
    }, { what: 'cognito-local', deadline: 20_000 });
  }

  async #makePool() {
    this.poolId = (await this.call('CreateUserPool', { PoolName: 'second' })).UserPool.Id;
    const { UserPoolClient } = await this.call('CreateUserPoolClient', { UserPoolId: this.poolId, ClientName: 'second' });
    this.clientId = UserPoolClient.ClientId;
    this.issuer = `${ISSUER_DOMAIN}/${this.poolId}`;
    this.jwksUrl = `${this.address}/${this.poolId}/.well-known/jwks.json`;
  }

  /** One call of the API; nobody checks who signed it. */
  async call(operation, parameters) {
    const answer = await fetch(this.address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
      body: JSON.stringify(parameters),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : {};
  }

  /** A new person in those groups: { AccessToken, IdToken, … }. */
  async signUp(Username, groups) {
    const person = { UserPoolId: this.poolId, Username };
    await this.call('AdminCreateUser', { ...person, MessageAction: 'SUPPRESS', UserAttributes: [{ Name: 'email', Value: `${Username}@second.test` }] });
    await this.call('AdminSetUserPassword', { ...person, Password: PASSWORD, Permanent: true });
    for (const GroupName of groups) {
      await this.call('CreateGroup', { UserPoolId: this.poolId, GroupName });
      await this.call('AdminAddUserToGroup', { ...person, GroupName });
    }
    const { AuthenticationResult } = await this.call('InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH', ClientId: this.clientId, AuthParameters: { USERNAME: Username, PASSWORD },
    });
    return AuthenticationResult;
  }

  async stop() {
    if (this.#child?.exitCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill();
      await exit;
    }
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}
