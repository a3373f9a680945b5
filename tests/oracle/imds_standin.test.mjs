// Is the counterpart of the instance metadata service one? The provider of the official SDK finds credentials there, and
// meets what it would meet on an instance. Where the provider hides what it was answered, the questions are asked by hand.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, test } from 'node:test';
import { until } from '../http/stack.mjs';
import { ImdsCounterpart, ROLE } from './imds_counterpart.mjs';
import { SnsCounterpart, topicArn } from './sns_counterpart.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const { fromInstanceMetadata } = require('@aws-sdk/credential-providers');
const { PublishCommand, SNSClient } = require('@aws-sdk/client-sns');

const INSTANCE = 'i-0123456789abcdef0';
const ROLES = '/latest/meta-data/iam/security-credentials/';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let imds;
let sns;
before(async () => {
  imds = await ImdsCounterpart.start('--instance-id', INSTANCE);
  sns = await SnsCounterpart.start('--credentials-file', imds.credentialsFile);
  Object.assign(process.env, { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url, AWS_EC2_METADATA_V1_DISABLED: 'true' });
});
after(async () => {
  await sns?.stop();
  await imds?.stop();
});
beforeEach(() => imds.heal());

const provider = () => fromInstanceMetadata({ logger: silent, ec2MetadataV1Disabled: true });
const find = () => provider()();
const publish = (credentials) => new SNSClient({ region: 'us-east-1', endpoint: sns.url, maxAttempts: 1, credentials })
  .send(new PublishCommand({ TopicArn: topicArn('alerts'), Message: 'Body' }));

describe("The official SDK's provider", () => {
  test('finds the credentials of the role, with their expiry', async () => {
    const expected = await imds.control('rotate');
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await find();
    assert.deepEqual([accessKeyId, secretAccessKey, sessionToken, expiration.getTime()],
      [expected.accessKeyId, expected.secretAccessKey, expected.sessionToken, Date.parse(expected.expiration)]);
    assert.ok(expiration > Date.now());
  });

  test('finds others after a rotation, and the counterparts of AWS take both until they expire', async () => {
    const former = await find();
    await imds.control('rotate');
    const latter = await find();
    assert.notEqual(former.accessKeyId, latter.accessKeyId);
    await publish(former);
    await publish(latter);
    await assert.rejects(publish({ ...latter, sessionToken: former.sessionToken }), { name: 'InvalidClientTokenId' });
    await imds.control('expire');
    await assert.rejects(publish(latter), { name: 'ExpiredToken' });
    await publish(former);
  });

  test('is given the same after a restart, and others in time by itself', async () => {
    const former = await find();
    await imds.restart();
    assert.equal((await find()).accessKeyId, former.accessKeyId);
    const short = await imds.control('rotate', { lifetime: 3 });
    assert.equal((await find()).accessKeyId, short.accessKeyId);
    await until(async () => (await find()).accessKeyId !== short.accessKeyId, { what: 'others' });
  });

  test('AC-81 is given out what has expired when the role cannot be renewed', async () => {
    const expired = await imds.control('expire');
    assert.ok(Date.parse(expired.expiration) < Date.now());
    assert.equal((await find()).accessKeyId, expired.accessKeyId);
  });

  test('finds nothing without a role, and while the service is out of order', async () => {
    await imds.control('role', { name: '' });
    await assert.rejects(find(), { statusCode: 404 });
    await imds.control('role', { name: ROLE });
    for (const [mode, status] of [[401, 401], [403, 403], [500, 500], ['redirect', 307]]) {
      await imds.fail(mode, { on: 'role' });
      await assert.rejects(find(), { statusCode: status });
    }
    for (const mode of ['html', 'failed', 'half', 'hang', 'cut', 'empty']) {
      await imds.fail(mode, { on: 'credentials' });
      await assert.rejects(find(), undefined, mode);
    }
  });
});

describe('By hand', () => {
  const ask = (target, options) => fetch(imds.url + target, { redirect: 'manual', ...options });
  const put = (headers) => ask('/latest/api/token', { method: 'PUT', headers });
  const life = (seconds) => ({ 'X-aws-ec2-metadata-token-ttl-seconds': seconds });
  const withToken = (token) => ({ headers: { 'X-aws-ec2-metadata-token': token } });
  const tokenFor = async (seconds) => (await put(life(seconds))).text();

  test('a token has a life of seconds, six hours at most, and is not given through a proxy', async () => {
    for (const seconds of ['0', '21601', '-1', 'x', '']) assert.equal((await put(life(seconds))).status, 400, seconds);
    assert.equal((await put({})).status, 400);
    assert.equal((await put({ ...life('60'), 'X-Forwarded-For': '10.0.0.1' })).status, 403);
    const given = await put(life('21600'));
    assert.deepEqual([given.status, given.headers.get('x-aws-ec2-metadata-token-ttl-seconds')], [200, '21600']);
    assert.equal((await ask('/latest/api/token')).status, 405);
  });

  test('without a token nothing is told, nor with one that is none or has expired', async () => {
    assert.equal((await ask(ROLES)).status, 401);
    assert.equal((await ask(ROLES, withToken('made-up'))).status, 401);
    const short = await tokenFor('1');
    assert.equal((await ask(ROLES, withToken(short))).status, 200);
    await until(async () => (await ask(ROLES, withToken(short))).status === 401, { what: 'the end of the token' });
    const long = await tokenFor('60');
    await imds.control('forget-tokens');
    assert.equal((await ask(ROLES, withToken(long))).status, 401);
  });

  test('the name of the role, its credentials, which instance it is, and nothing else', async () => {
    const token = await tokenFor('60');
    const told = async (target, options = {}) => {
      const answer = await ask(target, { ...withToken(token), ...options });
      return [answer.status, await answer.text()];
    };
    assert.deepEqual(await told(ROLES), [200, ROLE]);
    const [status, document] = await told(ROLES + ROLE);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(JSON.parse(document)), ['Code', 'LastUpdated', 'Type', 'AccessKeyId', 'SecretAccessKey', 'Token', 'Expiration']);
    assert.deepEqual(await told('/latest/meta-data/instance-id'), [200, INSTANCE]);
    assert.equal((await told('/latest/meta-data/public-ipv4'))[0], 404, 'it has none');
    assert.equal((await told(`${ROLES}other`))[0], 404);
    assert.equal((await told(ROLES.slice(0, -1)))[0], 301);
    assert.equal((await told('/latest/user-data'))[0], 404);
    assert.equal((await told(ROLES, { method: 'POST' }))[0], 405);
  });

  test('what it keeps is nobody else\'s to read', () => {
    assert.equal(fs.statSync(imds.credentialsFile).mode & 0o777, 0o600);
    assert.equal(fs.statSync(imds.state).mode & 0o777, 0o700);
  });
});
