// The comparison of the programs' policy with their calls finds what is planted, and nothing where both agree.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allowing } from './iam_evaluation.mjs';
import { missing, programStatements, unused } from './policy_drift.mjs';

const SNS = 'arn:aws:sns:us-east-1:000000000000';
const BUCKET = 'arn:aws:s3:::stockpilot-images';
const IMAGE = `${BUCKET}/products/a.png`;
const PARAMETERS = 'arn:aws:ssm:us-east-1:000000000000:parameter/stockpilot/development';
const POOL = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_StockPilot';
const call = (action, resource, context) => ({ action, resource, ...(context && { context }) });
const topics = ['stock-alerts', 'system-alerts', 'order-notifications'].map((name) => `${SNS}:stockpilot-${name}`);
const CALLS = [
  call('ssm:GetParametersByPath', PARAMETERS),
  ...['PutObject', 'GetObject', 'DeleteObject'].map((name) => call(`s3:${name}`, IMAGE)),
  call('s3:ListBucket', BUCKET),
  ...topics.map((topic) => call('sns:Publish', topic)),
  ...topics.map((topic) => call('sns:Subscribe', topic, { 'sns:Protocol': 'email' })),
  ...['CreateUser', 'GetUser', 'AddUserToGroup', 'RemoveUserFromGroup', 'DisableUser', 'EnableUser'].map((name) => call(`cognito-idp:Admin${name}`, POOL)),
];
const statements = programStatements();

/** The programs' statements after one of them has got other members. */
const changed = (wanted, change) => statements.map((each) => (each.Sid === wanted ? { ...each, ...change(each) } : each));

describe('The policy of the programs', () => {
  test('is the calls of the programs, no more and no less', () => {
    assert.deepEqual(missing(statements, CALLS), []);
    assert.deepEqual(unused(statements, CALLS), []);
  });

  const lacking = [
    ['an action', changed('Images', ({ Action }) => ({ Action: Action.filter((each) => each !== 's3:DeleteObject') })), `s3:DeleteObject on ${IMAGE}`],
    ['a topic', changed('Mails', ({ Resource }) => ({ Resource: Resource.slice(1) })), `sns:Publish on ${topics[0]}`],
    ['a statement', statements.filter(({ Sid }) => Sid !== 'ToBeToldThatAnImageIsMissing'), `s3:ListBucket on ${BUCKET}`],
    ['objects', changed('Images', () => ({ Resource: `${BUCKET}/receipts/*` })), `s3:PutObject on ${IMAGE}`],
    ['what a condition shuts out', changed('MailsAskedFor', () => ({ Condition: { StringEquals: { 'sns:Protocol': 'sms' } } })),
      `sns:Subscribe on ${topics[0]} with sns:Protocol email`],
    ['what another statement denies', [...statements, { Sid: 'No', Effect: 'Deny', Action: 's3:*', Resource: '*' }], `s3:GetObject on ${IMAGE}`],
  ];
  for (const [what, policy, expected] of lacking) {
    test(`is missed ${what}`, () => assert.ok(missing(policy, CALLS).includes(`${expected} was asked for and is not allowed`)));
  }

  test('is missed each once, however many objects it is about', () => {
    const calls = ['a', 'b', 'b', 'c'].map((name) => call('s3:GetObject', `${BUCKET}/other/${name}`));
    assert.deepEqual(missing(statements, [...calls, ...topics.map((topic) => call('sns:GetTopicAttributes', topic))]), [
      `s3:GetObject on ${BUCKET}/other/a (and 2 more) was asked for and is not allowed`,
      ...topics.map((topic) => `sns:GetTopicAttributes on ${topic} was asked for and is not allowed`)]);
  });

  const beyond = [
    ['an action', [...statements, { Sid: 'Queue', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: '*' }], 'Queue allows sqs:SendMessage on *'],
    ['an action beside others', changed('Images', ({ Action }) => ({ Action: [...Action, 's3:PutObjectAcl'] })), `Images allows s3:PutObjectAcl on ${BUCKET}/products/*`],
    ['a resource', changed('Mails', ({ Resource }) => ({ Resource: [...Resource, `${SNS}:other`] })), `Mails allows sns:Publish on ${SNS}:other`],
  ];
  for (const [what, policy, expected] of beyond) {
    test(`has ${what} too many`, () => assert.deepEqual(unused(policy, CALLS), [`${expected}, which no program asked for`]));
  }

  test('allows no call that is another policy\'s', () => {
    const others = [call('logs:PutLogEvents', 'arn:aws:logs:us-east-1:000000000000:log-group:/stockpilot/backend'),
      call('ssm:GetParametersByPath', 'arn:aws:ssm:us-east-1:000000000000:parameter/stockpilot/setup'), call('s3:GetObject', 'arn:aws:s3:::packages/a.deb')];
    assert.equal(missing(statements, others).length, others.length);
  });
});

describe('A statement', () => {
  const about = (fields, made) => allowing([{ Sid: 'One', Effect: 'Allow', Action: 'a:B', Resource: '*', ...fields }], made).length > 0;
  const arn = 'arn:aws:s3:::bucket/a/b.png';

  test('names actions in any case, with wildcards', () => {
    for (const Action of ['a:B', 'A:b', 'a:*', 'a:?', ['c:D', 'a:B']]) assert.ok(about({ Action }, call('a:B', arn)), String(Action));
    for (const Action of ['a', 'a:BC', 'b:*', 'a.B', []]) assert.ok(!about({ Action }, call('a:B', arn)), String(Action));
  });

  test('names resources, a wildcard standing for slashes and for no other part of an ARN', () => {
    for (const Resource of ['*', arn, 'arn:aws:s3:::bucket/*', 'arn:aws:s3:::b*t/?/b.png', 'arn:*:s3:::*']) assert.ok(about({ Resource }, call('a:B', arn)), Resource);
    for (const Resource of ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/A/*', 'arn:aws:s3:::bucket/a', 'arn:*:bucket/a/b.png', 'arn:aws:*', `${arn}x`]) {
      assert.ok(!about({ Resource }, call('a:B', arn)), Resource);
    }
    assert.ok(about({ Resource: 'arn:aws:logs:r:1:log-group:/s/*:log-stream:*' }, call('a:B', 'arn:aws:logs:r:1:log-group:/s/a:log-stream:b')));
  });

  test('about some resources is not about a call for all', () => {
    assert.ok(!about({ Resource: 'arn:aws:s3:::*' }, call('a:B', '*')));
    assert.ok(about({ Resource: '*' }, call('a:B', '*')));
  });

  test('has conditions that hold all together, and for values that there are', () => {
    const Condition = { StringEquals: { 'a:One': ['x', 'y'], 'a:Two': 'z' } };
    assert.ok(about({ Condition }, call('a:B', arn, { 'a:one': 'y', 'A:Two': 'z' })));
    for (const context of [undefined, { 'a:One': 'x' }, { 'a:One': 'Y', 'a:Two': 'z' }]) assert.ok(!about({ Condition }, call('a:B', arn, context)));
  });

  test('that says what is not known here is an error, and not passed over', () => {
    assert.throws(() => about({ NotResource: arn }, call('a:B', arn)), /NotResource is not known here/);
    assert.throws(() => about({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }, call('a:B', arn)), /IpAddress is not known here/);
  });
});

describe('policy_drift.mjs', () => {
  const program = fileURLToPath(new URL('policy_drift.mjs', import.meta.url));
  const run = (calls, ...options) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'policy-drift-'));
    try {
      const file = path.join(folder, 'calls.ndjson');
      fs.writeFileSync(file, calls.map((each) => `${JSON.stringify(each)}\n`).join(''));
      return spawnSync(process.execPath, [program, ...options, file], { encoding: 'utf8' });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };

  test('ends with 1 over what is missing, and over what is unused if all was recorded', () => {
    assert.equal(run(CALLS, '--coverage').status, 0);
    const few = CALLS.slice(1);
    assert.equal(run(few).status, 0);
    const told = run(few, '--coverage');
    assert.deepEqual([told.status, told.stdout.split('\n')[0]], [1, `Configuration allows ssm:GetParametersByPath on ${PARAMETERS}, which no program asked for`]);
    assert.equal(run([...CALLS, call('sns:CreateTopic', '*')]).status, 1);
  });

  test('does not take it for agreement when nothing was recorded', () => {
    const { status, stderr } = run([]);
    assert.equal(status, 1);
    assert.match(stderr, /no call was recorded/);
  });
});
