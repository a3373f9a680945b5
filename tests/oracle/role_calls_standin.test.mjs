// What the counterparts of AWS note of the calls that the role's credentials made, by the official SDK: each as IAM decides about it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { BUCKET } from './s3_counterpart.mjs';
import { KEY, REGION, SECRET, StandinProcess } from './standin_process.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const S3 = require('@aws-sdk/client-s3');
const SNS = require('@aws-sdk/client-sns');
const SSM = require('@aws-sdk/client-ssm');
const COGNITO = require('@aws-sdk/client-cognito-identity-provider');
const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');
const { SignatureV4 } = require('@smithy/signature-v4');
const { Sha256 } = require('@aws-crypto/sha256-js');

const POOL = 'us-east-1_StockPilot';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';
const ACCOUNT = { accessKeyId: KEY, secretAccessKey: SECRET };
const ROLE = { accessKeyId: 'ASIATHEROLE', secretAccessKey: 'temporary', sessionToken: 'session' };
const OPTIONS = { oidc: ['--pool', POOL], s3: ['--bucket', BUCKET], sns: ['--topic', 'alerts'], ssm: [] };

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'role-calls-'));
const [credentials, file] = ['credentials.json', 'calls.ndjson'].map((name) => path.join(folder, name));
const standins = {};

before(async () => {
  fs.writeFileSync(credentials, JSON.stringify({ credentials: [{ ...ROLE, expiration: '2099-01-01T00:00:00Z' }] }));
  for (const [name, options] of Object.entries(OPTIONS)) {
    standins[name] = await new StandinProcess(name, () =>
      ['--credential', `${KEY}:${SECRET}`, '--credentials-file', credentials, '--calls-file', file, ...options]).start();
  }
});
after(async () => {
  await Promise.all(Object.values(standins).map((each) => each.stop()));
  fs.rmSync(folder, { recursive: true });
});
beforeEach(() => fs.truncateSync(file));

const noted = () => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const client = (Client, name, who) => new Client({ region: REGION, endpoint: standins[name].url, maxAttempts: 1, forcePathStyle: true, credentials: who });
const s3 = (who = ROLE) => client(S3.S3Client, 's3', who);
const sns = (who = ROLE) => client(SNS.SNSClient, 'sns', who);
const ssm = (who = ROLE) => client(SSM.SSMClient, 'ssm', who);
const cognito = (who = ROLE) => client(COGNITO.CognitoIdentityProviderClient, 'oidc', who);
const objectAt = (Key, more = {}) => ({ Bucket: BUCKET, Key, ...more });

async function presigned(target) {
  const { origin, hostname, host, port } = new URL(standins.s3.url);
  const signer = new SignatureV4({ service: 's3', region: REGION, credentials: ROLE, sha256: Sha256, uriEscapePath: false });
  const { query } = await signer.presign({
    method: 'GET', protocol: 'http:', hostname, port: Number(port), path: target, query: {}, headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  }, { expiresIn: 60, unhoistableHeaders: new Set(), unsignableHeaders: new Set(['x-amz-content-sha256']) });
  return `${origin}${target}?${new URLSearchParams(query)}`;
}

describe('Of the role is noted', () => {
  const objects = [
    ['a put', 'products/put', 's3:PutObject', (Key) => s3().send(new S3.PutObjectCommand(objectAt(Key, { Body: 'x' })))],
    ['a get', 'products/get', 's3:GetObject', (Key) => s3().send(new S3.GetObjectCommand(objectAt(Key)))],
    ['a head', 'products/head', 's3:GetObject', (Key) => s3().send(new S3.HeadObjectCommand(objectAt(Key)))],
    ['a deletion', 'products/delete', 's3:DeleteObject', (Key) => s3().send(new S3.DeleteObjectCommand(objectAt(Key)))],
    ['what is read by a presigned address', 'products/presigned', 's3:GetObject', async (Key) => {
      assert.equal((await fetch(await presigned(`/${BUCKET}/${Key}`))).status, 200);
    }],
    ['what a browser sends with a form', 'products/form', 's3:PutObject', async (Key) => {
      const { url, fields } = await createPresignedPost(s3(), objectAt(Key));
      const form = new FormData();
      Object.entries(fields).forEach(([name, value]) => form.append(name, value));
      form.append('file', new Blob(['x']), 'x');
      assert.equal((await fetch(url, { method: 'POST', body: form })).status, 204);
    }],
  ];
  for (const [what, key, action, send] of objects) {
    test(`${what}: ${action}`, async () => {
      await s3(ACCOUNT).send(new S3.PutObjectCommand(objectAt(key, { Body: 'x' })));
      await send(key);
      assert.deepEqual(noted(), [{ action, resource: `arn:aws:s3:::${BUCKET}/${key}` }]);
    });
  }

  test('that it was told that an object is missing, for which it must be allowed to list', async () => {
    await assert.rejects(s3().send(new S3.GetObjectCommand(objectAt('products/nothing'))), { name: 'NoSuchKey' });
    assert.deepEqual(noted(), [
      { action: 's3:GetObject', resource: `arn:aws:s3:::${BUCKET}/products/nothing` }, { action: 's3:ListBucket', resource: `arn:aws:s3:::${BUCKET}` },
    ]);
  });

  test('a message, and a subscription with its protocol', async () => {
    await sns().send(new SNS.PublishCommand({ TopicArn: TOPIC, Message: 'x' }));
    await sns().send(new SNS.SubscribeCommand({ TopicArn: TOPIC, Protocol: 'email', Endpoint: 'a@b.test' }));
    await sns().send(new SNS.ListTopicsCommand({}));
    assert.deepEqual(noted(), [
      { action: 'sns:Publish', resource: TOPIC }, { action: 'sns:Subscribe', resource: TOPIC, context: { 'sns:Protocol': 'email' } },
      { action: 'sns:ListTopics', resource: '*' },
    ]);
  });

  test('a path of parameters, and parameters', async () => {
    await ssm().send(new SSM.GetParametersByPathCommand({ Path: '/a/b' }));
    await ssm().send(new SSM.GetParametersCommand({ Names: ['/a/c', 'd'] }));
    assert.deepEqual(noted().map(({ action, resource }) => `${action} ${resource}`), ['ssm:GetParametersByPath arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
      'ssm:GetParameters arn:aws:ssm:us-east-1:000000000000:parameter/a/c', 'ssm:GetParameters arn:aws:ssm:us-east-1:000000000000:parameter/d']);
  });

  test('what it asks of the user pool, though it be refused', async () => {
    await assert.rejects(cognito().send(new COGNITO.AdminGetUserCommand({ UserPoolId: POOL, Username: 'nobody' })), { name: 'UserNotFoundException' });
    assert.deepEqual(noted(), [{ action: 'cognito-idp:AdminGetUser', resource: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${POOL}` }]);
  });
});

describe('Nothing is noted', () => {
  test('of a call that was noted before', async () => {
    for (let n = 0; n < 2; n += 1) await s3().send(new S3.PutObjectCommand(objectAt('products/twice', { Body: 'x' })));
    assert.equal(noted().length, 1);
  });

  test('of others than the role', async () => {
    await s3(ACCOUNT).send(new S3.PutObjectCommand(objectAt('products/account', { Body: 'x' })));
    await sns(ACCOUNT).send(new SNS.PublishCommand({ TopicArn: TOPIC, Message: 'y' }));
    await ssm(ACCOUNT).send(new SSM.GetParametersByPathCommand({ Path: '/account' }));
    await cognito(ACCOUNT).send(new COGNITO.AdminGetUserCommand({ UserPoolId: POOL, Username: 'staff' })).catch(() => {});
    assert.deepEqual(noted(), []);
  });

  test('of a call whose signature is wrong', async () => {
    const wrong = { ...ROLE, secretAccessKey: 'guessed' };
    await assert.rejects(sns(wrong).send(new SNS.PublishCommand({ TopicArn: TOPIC, Message: 'z' })));
    await assert.rejects(s3(wrong).send(new S3.GetObjectCommand(objectAt('products/wrong'))));
    await assert.rejects(ssm(wrong).send(new SSM.GetParametersByPathCommand({ Path: '/wrong' })));
    await assert.rejects(cognito(wrong).send(new COGNITO.AdminGetUserCommand({ UserPoolId: POOL, Username: 'staff' })));
    assert.deepEqual(noted(), []);
  });
});
