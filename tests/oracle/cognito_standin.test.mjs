// Is the stand-in for Cognito one, also for an administrator? The official SDK thinks so: it invites, groups and disables
// people, and meets each error that it would meet at AWS. What it did is seen by signing in.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, test } from 'node:test';
import { claimsOf, CognitoCounterpart, KEY, POOL, REGION, SECRET } from './cognito_counterpart.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const sdk = require('@aws-sdk/client-cognito-identity-provider');

let cognito;
before(async () => { cognito = await CognitoCounterpart.start(); });
after(() => cognito?.stop());
beforeEach(() => cognito.control('fail', { mode: 'ok' }));

const client = (rest = {}) => new sdk.CognitoIdentityProviderClient({
  region: REGION, endpoint: cognito.url, maxAttempts: 1, credentials: { accessKeyId: KEY, secretAccessKey: SECRET }, ...rest,
});
const send = (operation, fields, rest) => client(rest).send(new sdk[`${operation}Command`]({ UserPoolId: POOL, ...fields }));
const refused = (promise, name) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, `${error.name}: ${error.message}`);
  return true;
});
const subOf = (attributes) => attributes.find(({ Name }) => Name === 'sub').Value;

let number = 0;
/** Somebody new: { email, sub, password }. */
async function invited(fields = {}) {
  number += 1;
  const email = `person-${number}@x.test`;
  const { User } = await send('AdminCreateUser', {
    Username: email, UserAttributes: [{ Name: 'email', Value: email }, { Name: 'name', Value: 'Pia' }], ...fields,
  });
  return { email, sub: subOf(User.Attributes), password: (await cognito.passwords(email))[0] };
}
const join = (Username, GroupName) => send('AdminAddUserToGroup', { Username, GroupName });

describe('The official SDK', () => {
  test('invites somebody, who is mailed a password and signs in with it, also after a restart', async () => {
    const { email, sub, password } = await invited();
    await join(email, 'staff');
    for (const restarted of [false, true]) {
      if (restarted) await cognito.restart();
      const tokens = await cognito.signIn(email.toUpperCase(), password);
      const claims = claimsOf(tokens.access_token);
      assert.deepEqual([claims.sub, claims['cognito:groups']], [sub, ['staff']]);
      assert.equal(claimsOf(tokens.id_token).email, email);
    }
    await assert.rejects(cognito.signIn(email, `${password}x`), /did not let/);
    await assert.rejects(cognito.signIn(email, 'StockPilot-demo-1'), /did not let/);
  });

  test('is told who is there already, by address in any case, by sub, and by user name', async () => {
    const { email, sub } = await invited();
    await refused(send('AdminCreateUser', { Username: email.toUpperCase() }), 'UsernameExistsException');
    for (const Username of [email, email.toUpperCase(), sub]) {
      const { UserAttributes, Enabled } = await send('AdminGetUser', { Username });
      assert.deepEqual([subOf(UserAttributes), Enabled], [sub, true]);
    }
    const demo = await send('AdminGetUser', { Username: 'admin@stockpilot.test' });
    assert.deepEqual([demo.Username, subOf(demo.UserAttributes)], ['admin', 'a0000000-0000-4000-8000-000000000001']);
    await refused(send('AdminGetUser', { Username: 'nobody@x.test' }), 'UserNotFoundException');
    await refused(send('AdminCreateUser', { Username: 'no address' }), 'InvalidParameterException');
    await refused(send('AdminGetUser', { Username: email, UserPoolId: 'us-east-1_Other' }), 'ResourceNotFoundException');
  });

  test('invites without a mail where that is asked for', async () => {
    assert.equal((await invited({ MessageAction: 'SUPPRESS' })).password, undefined);
  });

  test('is told of somebody who registered themselves that nobody confirmed them; they do not sign in', async () => {
    const { sub } = await cognito.control('register', { email: 'self@x.test' });
    const person = await send('AdminGetUser', { Username: 'self@x.test' });
    assert.deepEqual([subOf(person.UserAttributes), person.UserStatus], [sub, 'UNCONFIRMED']);
    assert.equal(person.UserAttributes.find(({ Name }) => Name === 'email_verified').Value, 'false');
    assert.equal((await send('AdminGetUser', { Username: 'admin' })).UserStatus, 'CONFIRMED');
    await refused(send('AdminCreateUser', { Username: 'self@x.test' }), 'UsernameExistsException');
    await assert.rejects(cognito.signIn('self@x.test', 'StockPilot-demo-1'), /did not let/);
  });

  test('changes groups, which the next token carries, and a refreshed one', async () => {
    const { email, sub, password } = await invited();
    const { refresh_token: refreshToken } = await cognito.signIn(email, password);
    const groups = async () => claimsOf((await (await cognito.refresh(refreshToken)).json()).access_token)['cognito:groups'];
    assert.equal(await groups(), undefined);
    await join(sub, 'viewer');
    await join(sub, 'admin');
    await join(sub, 'admin');
    assert.deepEqual((await groups()).toSorted(), ['admin', 'viewer']);
    await send('AdminRemoveUserFromGroup', { Username: sub, GroupName: 'admin' });
    await send('AdminRemoveUserFromGroup', { Username: sub, GroupName: 'admin' });
    assert.deepEqual(await groups(), ['viewer']);
    assert.deepEqual((await send('AdminListGroupsForUser', { Username: sub })).Groups.map(({ GroupName }) => GroupName), ['viewer']);
    await refused(join(sub, 'nowhere'), 'ResourceNotFoundException');
    await refused(join('nobody@x.test', 'staff'), 'UserNotFoundException');
  });

  test('disables somebody, who then neither signs in nor refreshes, and lets them in again', async () => {
    const { email, sub, password } = await invited();
    const tokens = await cognito.signIn(email, password);
    const userInfo = () => fetch(`${cognito.url}/oauth2/userInfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal((await userInfo()).status, 200);
    await send('AdminDisableUser', { Username: sub });
    assert.equal((await send('AdminGetUser', { Username: sub })).Enabled, false);
    await assert.rejects(cognito.signIn(email, password), /did not let/);
    assert.equal((await cognito.refresh(tokens.refresh_token)).status, 400);
    assert.equal((await userInfo()).status, 401);
    await cognito.restart();
    await assert.rejects(cognito.signIn(email, password), /did not let/);
    await send('AdminEnableUser', { Username: sub });
    await cognito.signIn(email, password);
  });

  test('is refused when it signs with another secret, key, region or clock, or not at all', async () => {
    const get = (rest) => send('AdminGetUser', { Username: 'admin' }, rest);
    await refused(get({ credentials: { accessKeyId: KEY, secretAccessKey: 'wrong' } }), 'InvalidSignatureException');
    await refused(get({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: SECRET } }), 'UnrecognizedClientException');
    await refused(get({ region: 'eu-west-1' }), 'InvalidSignatureException');
    await refused(get({ systemClockOffset: -6 * 60 * 1000 }), 'InvalidSignatureException');
    await get();
    const unsigned = await fetch(cognito.url, {
      method: 'POST', headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminGetUser' }, body: '{}',
    });
    assert.equal(unsigned.status, 400);
    assert.equal((await unsigned.json()).__type, 'MissingAuthenticationTokenException');
  });

  test('meets the faults that tests ask for', async () => {
    for (const [mode, name] of [[500, 'InternalErrorException'], ['throttle', 'TooManyRequestsException'],
      ['quota', 'LimitExceededException'], ['expired', 'ExpiredTokenException']]) {
      await cognito.control('fail', { mode, times: 1 });
      await refused(send('AdminGetUser', { Username: 'admin' }), name);
      await send('AdminGetUser', { Username: 'admin' });
    }
    await cognito.control('fail', { mode: 'cut-after', times: 1 });
    await assert.rejects(send('AdminCreateUser', { Username: 'cut@x.test' }));
    await refused(send('AdminCreateUser', { Username: 'cut@x.test' }), 'UsernameExistsException');
  });
});
