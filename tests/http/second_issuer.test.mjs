// Tokens of an issuer that is not ours: a stack configured for it accepts what it issues, by the same
// rules, and a production configuration does not let itself be configured so.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CognitoLocal } from './cognito-local.mjs';
import { assertUnauthorized } from './problem-assertions.mjs';
import { startPrivateStack } from './stack.mjs';

let cognito;
let stack;

before(async () => {
  cognito = await CognitoLocal.start();
  stack = await startPrivateStack({
    configuration: { COGNITO_ISSUER: cognito.issuer, COGNITO_JWKS_URL: cognito.jwksUrl, COGNITO_CLIENT_ID: cognito.clientId },
  });
});

after(async () => {
  await stack?.stop();
  await cognito?.stop();
});

const NOTIFICATION = { type: 'system', title: 'Second issuer', message: 'Hello' };
const ROLES = {
  viewer: { groups: ['viewer'], read: 200, write: 403, check: 403 },
  staff: { groups: ['staff'], read: 200, write: 201, check: 403 },
  admin: { groups: ['admin'], read: 200, write: 201, check: 200 },
  nobody: { groups: [], read: 200, write: 403, check: 403 },
  stranger: { groups: ['Administrators'], read: 200, write: 403, check: 403 },
};

for (const [name, { groups, read, write, check }] of Object.entries(ROLES)) {
  test(`AC-3 AC-25 ${name}, in the groups [${groups}]: reads ${read}, writes ${write}, checks ${check}`, async () => {
    const { AccessToken: token } = await cognito.signUp(name, groups);
    assert.equal((await stack.request('GET', '/users', { token })).status, read);
    assert.equal((await stack.request('POST', '/notifications', { token, json: NOTIFICATION })).status, write);
    assert.equal((await stack.request('POST', '/notifications/check-low-stock', { token })).status, check);
    const [{ role }] = await stack.sql('select role from users where name = $1', [name]);
    assert.equal(role, groups.includes(name) ? name : 'viewer');
  });
}

test('AC-21 its ID tokens are refused all the same', async () => {
  const { IdToken } = await cognito.signUp('identity', []);
  assertUnauthorized(await stack.request('GET', '/users', { token: IdToken }), { sent: true });
});

test('AC-22 a stack that trusts it trusts nobody else', async () => {
  for (const user of ['admin', 'viewer']) {
    assertUnauthorized(await stack.request('GET', '/users', { user }), { sent: true });
  }
});

describe('in production', () => {
  const run = (program, configuration) => new Promise((resolve) => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'production-')), 'stockpilot.conf');
    fs.writeFileSync(file, Object.entries(configuration).map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
    execFile(path.join(stack.build, program[0]), [...program.slice(1), '--config', file], (error, stdout, stderr) => {
      fs.rmSync(path.dirname(file), { recursive: true });
      resolve({ code: error?.code ?? 0, said: stdout + stderr });
    });
  });
  const production = () => ({
    STOCKPILOT_ENVIRONMENT: 'production', DATABASE_URL: stack.databaseUrl, AWS_REGION: 'us-east-1', COGNITO_USER_POOL_ID: 'us-east-1_AbCdEf123',
    COGNITO_CLIENT_ID: cognito.clientId, IMAGE_DIRECTORY: stack.imageDirectory,
  });

  test('tokens come from the user pool only', async () => {
    const { code, said } = await run(['stockpilotctl', 'check-config'], production());
    assert.equal(code, 0, said);
    assert.match(said, /https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_AbCdEf123/);
  });

  test('another issuer or key set is refused, with the option, the reason and the remedy', async () => {
    for (const [option, value] of [['COGNITO_ISSUER', cognito.issuer], ['COGNITO_JWKS_URL', cognito.jwksUrl],
      ['COGNITO_ISSUER', 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123']]) {
      const { code, said } = await run(['stockpilotctl', 'check-config'], { ...production(), [option]: value });
      assert.notEqual(code, 0);
      assert.match(said, new RegExp(`${option}.*is not allowed in production`, 's'));
      assert.match(said, /Remove it/);
      assert.ok(!said.includes(new URL(stack.databaseUrl.replace('@/', '@h/')).password), 'no secret is shown');
    }
  });

  test('a worker does not start so', async () => {
    const { code, said } = await run(['stockpilot-api'], { ...production(), COGNITO_ISSUER: cognito.issuer });
    assert.equal(code, 78, said);
    const told = said.trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(told.some(({ event, option }) => event === 'configuration_problem' && option === 'COGNITO_ISSUER'), said);
  });

  test('a pool of cognito-local is none of a region', async () => {
    const { code, said } = await run(['stockpilotctl', 'check-config'], { ...production(), COGNITO_USER_POOL_ID: cognito.poolId });
    assert.notEqual(code, 0);
    assert.match(said, /COGNITO_USER_POOL_ID/);
  });
});
