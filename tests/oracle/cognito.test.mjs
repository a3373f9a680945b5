// The programs' own client of Cognito against the stand-in, which the official SDK has been held against, and against
// cognito-local, which is somebody else's idea of Cognito.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, test } from 'node:test';
import { CognitoLocal } from '../http/cognito-local.mjs';
import { AskedProgram, buildProgram } from './asked_program.mjs';
import { claimsOf, CognitoCounterpart, KEY, POOL, SECRET } from './cognito_counterpart.mjs';

const sdk = createRequire(new URL('../../standins/package.json', import.meta.url))('@aws-sdk/client-cognito-identity-provider');
const TIMEOUT_MS = 1500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let program;
const started = [];

before(() => { program = buildProgram('cognito_administrator'); });
after(async () => {
  for (const administrator of started) await administrator.end();
});

/** One process of the client; ask() gives its word and what stands behind it. */
class Administrator extends AskedProgram {
  constructor(endpoint, pool, environment = {}) {
    super(program, [endpoint, String(TIMEOUT_MS), pool], {
      AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: '', AWS_EC2_METADATA_DISABLED: 'true', ...environment,
    });
    started.push(this);
  }

  /** Asks for what must be done, and gives what stands behind the word. */
  async done(line) {
    const [word, rest] = await this.ask(line);
    assert.equal(word, 'done', `${line}: ${word} ${rest}`);
    return rest;
  }
}

/** What holds at any Cognito. `groupsOf` and `isEnabled` look at the pool by other means; `register` is what somebody does themselves. */
function anyCognito(pool) {
  test('invites somebody, and is told the same person when it asks again', async () => {
    const { administrator } = pool();
    const sub = await administrator.done('invite ann@x.test Ann "Ä" of 100 %');
    assert.match(sub, UUID);
    assert.equal(await administrator.done('invite ann@x.test Ann'), sub);
    assert.notEqual(await administrator.done('invite bob@x.test Bob'), sub);
  });

  test('puts somebody into a group and takes them out, by address and by sub, as often as one likes', async () => {
    const { administrator, groupsOf } = pool();
    const sub = await administrator.done('invite cid@x.test Cid');
    for (const username of ['cid@x.test', sub]) {
      await administrator.done(`join ${username} staff`);
      await administrator.done(`join ${username} staff`);
      assert.deepEqual(await groupsOf(sub), ['staff']);
      await administrator.done(`leave ${username} staff`);
      await administrator.done(`leave ${username} staff`);
      assert.deepEqual(await groupsOf(sub), []);
    }
    assert.equal((await administrator.ask(`join ${sub} no-such-group`))[0], 'refused');
    await administrator.done(`leave ${sub} no-such-group`);
    const [word, cause] = await administrator.ask('join nobody@x.test staff');
    assert.deepEqual([word, /^Cognito says 4\d\d \w+$/.test(cause)], ['refused', true], cause);
  });

  test('takes nobody for who was invited that registered with the address themselves and never confirmed it', async () => {
    const { administrator, register } = pool();
    await register('zoe@x.test');
    assert.deepEqual(await administrator.ask('invite zoe@x.test Zoe'),
      ['refused', 'somebody registered with the address themselves and never confirmed it']);
  });

  test('disables and enables somebody, as often as one likes', async () => {
    const { administrator, isEnabled } = pool();
    const sub = await administrator.done('invite dee@x.test Dee');
    for (const [action, enabled] of [['disable', false], ['enable', true]]) {
      await administrator.done(`${action} ${sub}`);
      await administrator.done(`${action} dee@x.test`);
      assert.equal(await isEnabled(sub), enabled);
    }
  });
}

describe('The stand-in', () => {
  let cognito;
  let administrator;
  before(async () => {
    cognito = await CognitoCounterpart.start();
    administrator = new Administrator(cognito.url, POOL);
  });
  after(() => cognito?.stop());
  beforeEach(() => cognito.control('fail', { mode: 'ok' }));

  const ask = (operation, Username) => new sdk.CognitoIdentityProviderClient({
    region: 'us-east-1', endpoint: cognito.url, credentials: { accessKeyId: KEY, secretAccessKey: SECRET },
  }).send(new sdk[`${operation}Command`]({ UserPoolId: POOL, Username }));

  anyCognito(() => ({
    administrator,
    groupsOf: async (sub) => (await ask('AdminListGroupsForUser', sub)).Groups.map(({ GroupName }) => GroupName),
    isEnabled: async (sub) => (await ask('AdminGetUser', sub)).Enabled,
    register: (email) => cognito.control('register', { email }),
  }));

  test('whoever is invited signs in with what was mailed, and has the role of the group', async () => {
    const sub = await administrator.done('invite eve@x.test Eve Émile');
    await administrator.done(`join ${sub} admin`);
    const [password] = await cognito.passwords('eve@x.test');
    const tokens = await cognito.signIn('eve@x.test', password);
    const claims = claimsOf(tokens.access_token);
    assert.deepEqual([claims.sub, claims['cognito:groups'], claimsOf(tokens.id_token).name], [sub, ['admin'], 'Eve Émile']);
  });

  test('an invitation whose answer was lost is one invitation: one person, one mail', async () => {
    for (const [mode, email] of [['cut-after', 'fay@x.test'], ['hang-after', 'gil@x.test']]) {
      await cognito.control('fail', { mode, times: 1 });
      assert.equal((await administrator.ask(`invite ${email} Fay`))[0], 'try-again', mode);
      assert.match(await administrator.done(`invite ${email} Fay`), UUID);
      assert.equal((await cognito.passwords(email)).length, 1);
    }
  });

  test('AC-71 AC-83 5xx, throttling, no answer and a redirect, which is not followed, are worth another try', async () => {
    for (const mode of [500, 503, 'throttle', 'cut', 'hang', 'redirect', 'huge']) {
      await cognito.control('fail', { mode, times: 1 });
      const [word, cause] = await administrator.ask('enable admin');
      assert.equal(word, 'try-again', `${mode}: ${cause}`);
      if (mode === 'redirect') assert.match(cause, /^Cognito says 307\b/);
      await administrator.done('enable admin');
    }
  });

  test('AC-71 an invitation beyond the mails of a day is worth another try', async () => {
    await cognito.control('fail', { mode: 'quota', times: 1 });
    assert.deepEqual(await administrator.ask('invite hal@x.test Hal'), ['try-again', 'Cognito says 400 LimitExceededException']);
    assert.match(await administrator.done('invite hal@x.test Hal'), UUID);
  });

  test('AC-71 a wrong key is worth another try, and neither the secret nor an address is in the message', async () => {
    const wrong = new Administrator(cognito.url, POOL, { AWS_SECRET_ACCESS_KEY: 'not-the-secret' });
    assert.deepEqual(await wrong.ask('invite ida@x.test Ida'), ['try-again', 'Cognito says 400 InvalidSignatureException']);
    const other = new Administrator(cognito.url, 'us-east-1_Other');
    assert.deepEqual(await other.ask('invite ida@x.test Ida'), ['refused', 'Cognito says 400 ResourceNotFoundException']);
  });

  test('nobody there: try again', async () => {
    assert.equal((await new Administrator('http://127.0.0.1:1', POOL).ask('enable admin'))[0], 'try-again');
  });
});

describe('cognito-local, where people sign in with their address', () => {
  let cognito;
  let administrator;
  before(async () => {
    cognito = await CognitoLocal.start({ usernameAttributes: ['email'] });
    for (const GroupName of ['viewer', 'staff', 'admin']) await cognito.call('CreateGroup', { UserPoolId: cognito.poolId, GroupName });
    administrator = new Administrator(cognito.address, cognito.poolId);
  });
  after(() => cognito?.stop());

  const ask = (operation, Username) => cognito.call(operation, { UserPoolId: cognito.poolId, Username });
  anyCognito(() => ({
    administrator,
    groupsOf: async (sub) => (await ask('AdminListGroupsForUser', sub)).Groups.map(({ GroupName }) => GroupName),
    isEnabled: async (sub) => (await ask('AdminGetUser', sub)).Enabled,
    register: (email) => cognito.call('SignUp', {
      ClientId: cognito.clientId, Username: email, Password: 'Registered-1', UserAttributes: [{ Name: 'email', Value: email }],
    }),
  }));
});
