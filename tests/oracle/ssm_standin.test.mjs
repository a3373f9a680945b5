// Is the counterpart of Parameter Store one? The official SDK thinks so: it puts, gets, lists and deletes, and meets each
// error that it would meet at AWS.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { KEY, SECRET, SsmCounterpart } from './ssm_counterpart.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const {
  DeleteParameterCommand, GetParameterCommand, GetParametersByPathCommand, GetParametersCommand, PutParameterCommand, paginateGetParametersByPath,
} = require('@aws-sdk/client-ssm');

let ssm;
before(async () => { ssm = await SsmCounterpart.start(); });
after(() => ssm?.stop());
beforeEach(async () => {
  await ssm.control('fail', { mode: 'ok' });
  await ssm.control('pages', { mode: 'normal' });
});

const send = (command, rest) => ssm.client(rest).send(command);
const put = (Name, Value, fields = {}) => send(new PutParameterCommand({ Name, Value, Type: 'String', ...fields }));
const get = async (Name, fields = {}) => (await send(new GetParameterCommand({ Name, ...fields }))).Parameter;
const list = (Path, fields = {}, rest = {}) => send(new GetParametersByPathCommand({ Path, ...fields }), rest);
async function all(Path, fields = {}) {
  const pages = [];
  for await (const page of paginateGetParametersByPath({ client: ssm.client(), pageSize: fields.MaxResults }, { Path, Recursive: true, ...fields })) {
    pages.push(page.Parameters.map(({ Name }) => Name));
  }
  return pages;
}
const refused = (promise, name) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, `${error.name}: ${error.message}`);
  return true;
});

describe('The official SDK', () => {
  test('puts and gets each type, by version too, also after a restart', async () => {
    assert.equal((await put('/types/plain', 'one Ä 💡')).Version, 1);
    assert.equal((await put('/types/plain', 'two', { Overwrite: true })).Version, 2);
    await put('/types/list', 'a,b', { Type: 'StringList' });
    await put('/types/secret', 'hush-hush', { Type: 'SecureString' });
    await ssm.restart();
    const { Value, Version, Type, ARN, LastModifiedDate } = await get('/types/plain');
    assert.deepEqual([Value, Version, Type, ARN], ['two', 2, 'String', 'arn:aws:ssm:us-east-1:000000000000:parameter/types/plain']);
    assert.ok(Math.abs(Date.now() - LastModifiedDate) < 60_000);
    assert.equal((await get('/types/plain:1')).Value, 'one Ä 💡');
    assert.equal((await get('/types/list')).Value, 'a,b');
    assert.equal((await get('/types/secret', { WithDecryption: true })).Value, 'hush-hush');
    assert.doesNotMatch((await get('/types/secret')).Value, /hush/, 'encrypted, unless it is asked for in the clear');
    await refused(get('/types/plain:9'), 'ParameterVersionNotFound');
    const { Parameters, InvalidParameters } = await send(new GetParametersCommand({ Names: ['/types/list', '/types/none'] }));
    assert.deepEqual([Parameters.map(({ Name }) => Name), InvalidParameters], [['/types/list'], ['/types/none']]);
    assert.equal(fs.statSync(path.join(ssm.state, 'parameters.json')).mode & 0o077, 0, 'the file is its owner\'s alone');
  });

  test('is refused names, types and values that SSM does not take', async () => {
    await put('/rules/there', 'x');
    await refused(put('/rules/there', 'y'), 'ParameterAlreadyExists');
    await refused(put('/rules/there', 'y', { Overwrite: true, Type: 'SecureString' }), 'HierarchyTypeMismatchException');
    for (const name of ['rules/x', '/rules/a b', '/rules/', '/rules//x', '/aws/x', 'ssm-x']) await refused(put(name, 'x'), 'ValidationException');
    await refused(put(`/${'l/'.repeat(15)}x`, 'x'), 'HierarchyLevelLimitExceededException');
    await refused(put('/rules/long', 'x'.repeat(4097)), 'ValidationException');
    await put('/rules/long', 'x'.repeat(8192), { Tier: 'Advanced' });
    await refused(put('/rules/new', 'x', { Type: undefined }), 'ValidationException');
    await send(new DeleteParameterCommand({ Name: '/rules/there' }));
    await refused(get('/rules/there'), 'ParameterNotFound');
    await refused(send(new DeleteParameterCommand({ Name: '/rules/there' })), 'ParameterNotFound');
  });

  test('lists what is below a path, deeper levels when asked, ten on a page at most', async () => {
    for (let n = 10; n < 33; n += 1) await put(`/list/p${n}`, String(n));
    await put('/list/deep/er', 'x');
    await put('/listed', 'beside it');
    const flat = Array.from({ length: 23 }, (_, n) => `/list/p${n + 10}`);
    assert.deepEqual((await all('/list', { Recursive: false })).flat(), flat);
    const pages = await all('/list');
    assert.deepEqual(pages.map((page) => page.length), [10, 10, 4]);
    assert.deepEqual(pages.flat(), ['/list/deep/er', ...flat]);
    assert.deepEqual((await all('/list', { MaxResults: 7 })).map((page) => page.length), [7, 7, 7, 3]);
    assert.deepEqual(await all('/none'), [[]]);
    await refused(list('/list', { MaxResults: 11 }), 'ValidationException');
    await refused(list('list'), 'ValidationException');
    await refused(list('/list', { NextToken: 'made-up' }), 'InvalidNextToken');
  });

  test('AC-82 follows pages that are short or empty to the end, when a test wants such', async () => {
    const expected = (await all('/list')).flat();
    await ssm.control('pages', { mode: 'one' });
    assert.deepEqual((await all('/list')).map((page) => page.length), Array(expected.length).fill(1));
    await ssm.control('pages', { mode: 'empty' });
    const pages = await all('/list');
    assert.equal(pages[0].length, 0);
    assert.deepEqual(pages.flat(), expected);
    await ssm.control('pages', { mode: 'repeat' });
    const first = (await list('/list')).NextToken;
    assert.equal((await list('/list', { NextToken: first })).NextToken, first);
  });

  test('is refused when it signs with another secret, key, region, clock, or not at all', async () => {
    await refused(list('/list', {}, { credentials: { accessKeyId: KEY, secretAccessKey: 'wrong' } }), 'InvalidSignatureException');
    await refused(list('/list', {}, { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: SECRET } }), 'UnrecognizedClientException');
    await refused(list('/list', {}, { region: 'eu-west-1' }), 'InvalidSignatureException');
    await refused(list('/list', {}, { systemClockOffset: -6 * 60 * 1000 }), 'InvalidSignatureException');
    const answer = await fetch(ssm.url, { method: 'POST', body: '{}', headers: { 'X-Amz-Target': 'AmazonSSM.GetParametersByPath' } });
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).__type, 'MissingAuthenticationTokenException');
  });

  test('meets a session token that is needed, and one that has expired', async () => {
    const temporary = { accessKeyId: 'ASIATESTONLY', secretAccessKey: 'temporary', sessionToken: 'session' };
    await ssm.control('accept', { key: temporary.accessKeyId, secret: temporary.secretAccessKey, token: temporary.sessionToken });
    await list('/list', {}, { credentials: temporary });
    await refused(list('/list', {}, { credentials: { ...temporary, sessionToken: undefined } }), 'UnrecognizedClientException');
    await ssm.control('expire', { key: temporary.accessKeyId });
    await refused(list('/list', {}, { credentials: temporary }), 'ExpiredTokenException');
  });

  test('meets the faults that tests ask for', async () => {
    for (const [mode, name] of [[500, 'InternalServerError'], [503, 'ServiceUnavailableException'], [401, 'UnauthorizedException'],
      ['throttle', 'ThrottlingException'], ['expired', 'ExpiredTokenException'], ['denied', 'AccessDeniedException']]) {
      await ssm.control('fail', { mode, times: 1 });
      await refused(list('/list'), name);
      await list('/list');
    }
    await ssm.control('fail', { mode: 'throttle', times: 2 });
    await list('/list', {}, { maxAttempts: 3 });
    await ssm.control('fail', { mode: 'cut', times: 1 });
    await assert.rejects(list('/list'));
  });
});
