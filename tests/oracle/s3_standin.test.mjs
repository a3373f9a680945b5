// Is the counterpart of S3 one? The official SDK thinks so: it stores, reads and deletes, signs forms for browsers, and
// meets each error that it would meet at AWS. Who verifies is held against the signatures that AWS has published.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, describe, test } from 'node:test';
import { S3Verifier } from '../../standins/s3/verify_request.mjs';
import { BUCKET, KEY, ORIGIN, REGION, S3Counterpart, SECRET } from './s3_counterpart.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const {
  CreateBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} = require('@aws-sdk/client-s3');
const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');
const { Sha256 } = require('@aws-crypto/sha256-js');
const { SignatureV4 } = require('@smithy/signature-v4');

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1000, 7)]);
const YEAR = 'public, max-age=31536000, immutable';
const MINUTE_MS = 60 * 1000;

let s3;
before(async () => { s3 = await S3Counterpart.start(); });
after(() => s3?.stop());
beforeEach(() => s3.control('fail', { mode: 'ok' }));

const credentials = { accessKeyId: KEY, secretAccessKey: SECRET };
const client = (rest = {}) => new S3Client({ region: REGION, endpoint: s3.url, forcePathStyle: true, maxAttempts: 1, credentials, ...rest });
const send = (Command, fields, rest) => client(rest).send(new Command({ Bucket: BUCKET, ...fields }));
const put = (Key, fields = {}, rest = {}) => send(PutObjectCommand, { Key, Body: PNG, ContentType: 'image/png', CacheControl: YEAR, ...fields }, rest);
const refused = (promise, name, status) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, `${error.name}: ${error.message}`);
  if (status) assert.equal(error.$metadata.httpStatusCode, status);
  return true;
});
const codeOf = (text) => /<Code>([^<]+)</.exec(text)?.[1];

describe('The official SDK', () => {
  test('stores an object, and finds bytes, type and age again, also after a restart', async () => {
    const { ETag } = await put('products/a.png');
    await s3.restart();
    const head = await send(HeadObjectCommand, { Key: 'products/a.png' });
    assert.deepEqual([head.ContentLength, head.ContentType, head.CacheControl, head.ETag], [PNG.length, 'image/png', YEAR, ETag]);
    const whole = await send(GetObjectCommand, { Key: 'products/a.png' });
    assert.deepEqual(Buffer.from(await whole.Body.transformToByteArray()), PNG);
    assert.equal((await s3.objects()).find(({ key }) => key === 'products/a.png')['content-length'], PNG.length);
  });

  test('stores five million bytes, and an empty object, and keys that must be encoded', async () => {
    await put('products/large.png', { Body: Buffer.alloc(5_000_000, 'x') });
    await put('products/empty', { Body: Buffer.alloc(0) });
    await put('products/with space+ä$(1)\'!*.png');
    const { Contents } = await send(ListObjectsV2Command, { Prefix: 'products/' });
    const sizes = Object.fromEntries(Contents.map(({ Key, Size }) => [Key, Size]));
    assert.equal(sizes['products/large.png'], 5_000_000);
    assert.equal(sizes['products/empty'], 0);
    const { Body } = await send(GetObjectCommand, { Key: 'products/with space+ä$(1)\'!*.png' });
    assert.equal((await Body.transformToByteArray()).length, PNG.length);
  });

  test('reads the first bytes, with the size of the whole, and any other range', async () => {
    await put('products/range.png', { Body: Buffer.from('0123456789') });
    const range = async (Range) => {
      const answer = await send(GetObjectCommand, { Key: 'products/range.png', Range });
      return [answer.$metadata.httpStatusCode, answer.ContentRange, await answer.Body.transformToString()];
    };
    assert.deepEqual(await range('bytes=0-3'), [206, 'bytes 0-3/10', '0123']);
    assert.deepEqual(await range('bytes=0-0'), [206, 'bytes 0-0/10', '0']);
    assert.deepEqual(await range('bytes=0-4095'), [206, 'bytes 0-9/10', '0123456789']);
    assert.deepEqual(await range('bytes=8-'), [206, 'bytes 8-9/10', '89']);
    assert.deepEqual(await range('bytes=-3'), [206, 'bytes 7-9/10', '789']);
    await refused(range('bytes=10-12'), 'InvalidRange', 416);
  });

  test('deletes an object once, and again without complaint, and several at once', async () => {
    for (const name of ['b', 'c', 'd']) await put(`products/${name}.png`);
    assert.equal((await send(DeleteObjectCommand, { Key: 'products/b.png' })).$metadata.httpStatusCode, 204);
    assert.equal((await send(DeleteObjectCommand, { Key: 'products/b.png' })).$metadata.httpStatusCode, 204);
    await refused(send(GetObjectCommand, { Key: 'products/b.png' }), 'NoSuchKey', 404);
    await refused(send(HeadObjectCommand, { Key: 'products/b.png' }), 'NotFound', 404);
    await send(DeleteObjectsCommand, { Delete: { Objects: [{ Key: 'products/c.png' }, { Key: 'products/d.png' }] } });
    assert.ok((await s3.objects()).every(({ key }) => !['products/c.png', 'products/d.png'].includes(key)));
  });

  test('lists whole objects, and their ends, while others write and delete', async () => {
    let ended = false;
    const comeAndGo = async (Key) => {
      for (let turn = 0; turn < 20; turn++) {
        await put(Key);
        await send(DeleteObjectCommand, { Key });
      }
    };
    const look = async () => {
      while (!ended) {
        const seen = (await s3.objects()).filter(({ key }) => key.startsWith('come/'));
        for (const each of seen) assert.equal(each['content-length'], PNG.length, each.key);
      }
    };
    const looking = Promise.all([look(), look()]);
    await Promise.all([0, 1, 2, 3].map((each) => comeAndGo(`come/and/go${each}`)));
    ended = true;
    await looking;
  });

  test('finds one bucket, and can make no other', async () => {
    await refused(put('a', { Bucket: 'another-bucket' }), 'NoSuchBucket', 404);
    await refused(send(CreateBucketCommand, { Bucket: 'another-bucket' }), 'NoSuchBucket');
    await refused(send(CreateBucketCommand, {}), 'AccessDenied', 403);
  });

  test('is told what is not done here rather than that it was done', async () => {
    await refused(put('products/e.png', { IfNoneMatch: '*' }), 'NotImplemented', 501);
    await refused(put('products/e.png', { Tagging: 'a=b' }), 'NotImplemented', 501);
    await refused(put('products/e.png', { ACL: 'public-read' }), 'AccessControlListNotSupported', 400);
    await refused(put('products/e.png', { ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }), 'BadDigest', 400);
  });
});

describe('A signature', () => {
  test('of another secret, key, region or clock is refused', async () => {
    const as = (more, rest) => put('products/f.png', {}, { credentials: { ...credentials, ...more }, ...rest });
    await refused(as({ secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch', 403);
    await refused(as({ accessKeyId: 'AKIANOBODY' }), 'InvalidAccessKeyId', 403);
    await refused(as({}, { region: 'eu-west-1' }), 'AuthorizationHeaderMalformed', 400);
    await refused(as({}, { systemClockOffset: -16 * MINUTE_MS }), 'RequestTimeTooSkewed', 403);
    await refused(as({}, { systemClockOffset: 16 * MINUTE_MS }), 'RequestTimeTooSkewed', 403);
    await as({}, { systemClockOffset: -14 * MINUTE_MS });
  });

  test('needs the session token that belongs to its key, until that has expired', async () => {
    const temporary = { accessKeyId: 'ASIATESTONLY', secretAccessKey: 'temporary', sessionToken: 'session' };
    await s3.control('accept', { key: temporary.accessKeyId, secret: temporary.secretAccessKey, token: temporary.sessionToken });
    await put('products/g.png', {}, { credentials: temporary });
    await refused(put('products/g.png', {}, { credentials: { ...temporary, sessionToken: undefined } }), 'InvalidToken', 400);
    await refused(put('products/g.png', {}, { credentials: { ...temporary, sessionToken: 'other' } }), 'InvalidToken', 400);
    await s3.control('expire', { key: temporary.accessKeyId });
    await refused(put('products/g.png', {}, { credentials: temporary }), 'ExpiredToken', 400);
  });

  test('covers the body, the headers of AWS, the path and the query; nothing goes without one', async () => {
    const sdk = client();
    let sent;
    sdk.middlewareStack.add((next) => (args) => {
      sent = args.request;
      return next(args);
    }, { step: 'deserialize', priority: 'low' });
    await sdk.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'products/h.png', Body: 'body' }));
    const { host, 'content-length': length, expect, ...headers } = sent.headers;
    const again = async ({ path = sent.path, query = '?x-id=PutObject', body = 'body', more = {} } = {}) => {
      const answer = await fetch(`${s3.url}${path}${query}`, { method: 'PUT', headers: { ...headers, ...more }, body });
      return codeOf(await answer.text()) ?? answer.status;
    };
    assert.equal(await again(), 200, 'as it was it is good');
    assert.equal(await again({ body: 'bodz' }), 'XAmzContentSHA256Mismatch');
    assert.equal(await again({ path: `${sent.path}2` }), 'SignatureDoesNotMatch');
    assert.equal(await again({ query: '?x-id=GetObject' }), 'SignatureDoesNotMatch');
    assert.equal(await again({ more: { 'x-amz-meta-more': '1' } }), 'AccessDenied');
    const anonymous = await fetch(`${s3.url}${sent.path}`);
    assert.deepEqual([anonymous.status, codeOf(await anonymous.text())], [403, 'AccessDenied']);
    assert.equal((await fetch(`${s3.url}${sent.path}`, { method: 'PUT', body: 'x' })).status, 403);
    assert.equal((await fetch(`${s3.url}${sent.path}`, { method: 'DELETE' })).status, 403);
    assert.equal((await fetch(`${s3.url}/${BUCKET}`)).status, 403);
  });

  test('may stand in an address, for as long as that says', async () => {
    await put('products/signed.png');
    const { hostname, port } = new URL(s3.url);
    const presigned = async (method, { age = 0, expiresIn = 60, key = credentials } = {}) => {
      const signer = new SignatureV4({ service: 's3', region: REGION, credentials: key, sha256: Sha256, uriEscapePath: false });
      const { path, query } = await signer.presign({
        method, protocol: 'http:', hostname, port: Number(port), path: `/${BUCKET}/products/signed.png`, query: {},
        headers: { host: `${hostname}:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      }, { expiresIn, signingDate: new Date(Date.now() - age), unhoistableHeaders: new Set(), unsignableHeaders: new Set(['x-amz-content-sha256']) });
      return `${s3.url}${path}?${new URLSearchParams(query)}`;
    };
    const status = async (address, options) => {
      const answer = await fetch(address, options);
      return answer.ok ? answer.status : codeOf(await answer.text());
    };
    const good = await presigned('GET');
    assert.equal(await status(good), 200);
    assert.equal(await status(await presigned('PUT'), { method: 'PUT', body: 'x' }), 200);
    assert.equal(await status(good, { method: 'DELETE' }), 'SignatureDoesNotMatch');
    assert.equal(await status(good.replace('signed.png', 'a.png')), 'SignatureDoesNotMatch');
    assert.equal(await status(good.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')), 'SignatureDoesNotMatch');
    assert.equal(await status(good.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801')), 'AuthorizationQueryParametersError');
    assert.equal(await status(await presigned('GET', { age: 2 * MINUTE_MS })), 'AccessDenied');
    assert.equal(await status(await presigned('GET', { key: { ...credentials, secretAccessKey: 'wrong' } })), 'SignatureDoesNotMatch');
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, …/sigv4-query-string-auth.html and
// …/sigv4-post-example.html
describe('What AWS has published is verified:', () => {
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const host = 'examplebucket.s3.amazonaws.com';
  const verifierAt = (time) => {
    const verifier = new S3Verifier({ region: 'us-east-1', now: () => Date.parse(time) });
    verifier.accept('AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
    return verifier;
  };
  const mismatch = { code: 'SignatureDoesNotMatch' };

  test('GET and PUT with headers', async () => {
    const verifier = verifierAt('2013-05-24T00:00:00Z');
    const get = {
      method: 'GET', url: '/test.txt', body: Buffer.alloc(0),
      headers: {
        host, range: 'bytes=0-9', 'x-amz-date': '20130524T000000Z',
        'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,`
          + 'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      },
    };
    await verifier.check(get);
    await assert.rejects(verifier.check({ ...get, headers: { ...get.headers, range: 'bytes=0-8' } }), mismatch);
    await verifier.check({
      method: 'PUT', url: '/test%24file.text', body: Buffer.from('Welcome to Amazon S3.'),
      headers: {
        host, date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-date': '20130524T000000Z', 'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,`
          + 'Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      },
    });
  });

  test('a presigned address', async () => {
    const url = `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z`
      + '&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    const get = { method: 'GET', url, headers: { host }, body: Buffer.alloc(0) };
    await verifierAt('2013-05-24T23:59:59Z').check(get);
    await assert.rejects(verifierAt('2013-05-25T00:00:01Z').check(get), { code: 'AccessDenied', message: 'Request has expired' });
    await assert.rejects(verifierAt('2013-05-24T00:00:00Z').check({ ...get, method: 'HEAD' }), mismatch);
  });

  test('a form', async () => {
    const conditions = ['{"bucket": "sigv4examplebucket"}', '["starts-with", "$key", "user/user1/"]', '{"acl": "public-read"}',
      '{"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"}',
      '["starts-with", "$Content-Type", "image/"]', '{"x-amz-meta-uuid": "14365123651274"}', '{"x-amz-server-side-encryption": "AES256"}',
      '["starts-with", "$x-amz-meta-tag", ""]'].map((each) => `    ${each},\r\n`).join('');
    const policy = `{ "expiration": "2015-12-30T12:00:00.000Z",\r\n  "conditions": [\r\n${conditions}\r\n`
      + '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},\r\n'
      + '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},\r\n    {"x-amz-date": "20151229T000000Z" }\r\n  ]\r\n}';
    const form = (signature) => new Map(Object.entries({
      policy: Buffer.from(policy).toString('base64'), 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-date': '20151229T000000Z',
      'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request', 'x-amz-signature': signature,
    }));
    const verifier = verifierAt('2015-12-29T00:00:00Z');
    await verifier.checkForm(form('8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e'));
    await assert.rejects(verifier.checkForm(form('8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699f')), mismatch);
  });
});

describe('A form that the official SDK has signed', () => {
  const FIELDS = { 'Content-Type': 'image/png', 'Cache-Control': YEAR, success_action_status: '201' };
  const RANGE = ['content-length-range', 1, 5 * 1024 * 1024];
  const signed = ({ key = 'products/form.png', fields = FIELDS, conditions = [RANGE], expires = 600, ...rest } = {}) =>
    createPresignedPost(client(rest), { Bucket: BUCKET, Key: key, Fields: fields, Conditions: conditions, Expires: expires });

  /** Posts it as a browser does; { status, code, headers, text }. */
  async function post({ url, fields }, { change = {}, file = PNG, behind = {}, headers = {} } = {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...change })) if (value !== undefined) form.append(name, value);
    if (file) form.append('file', new Blob([file], { type: 'text/plain' }), 'holiday.png');
    for (const [name, value] of Object.entries(behind)) form.append(name, value);
    const answer = await fetch(url, { method: 'POST', body: form, headers, redirect: 'manual' });
    const text = await answer.text();
    return { status: answer.status, code: codeOf(text), headers: answer.headers, text };
  }
  const told = ({ status, code }) => [status, code];

  test('uploads, with what the form says of the object', async () => {
    const answer = await post(await signed());
    assert.equal(answer.status, 201, answer.text);
    assert.match(answer.text, /<Key>products\/form.png<\/Key>/);
    assert.equal(answer.headers.get('location'), `${s3.url}/${BUCKET}/products/form.png`);
    const object = await send(GetObjectCommand, { Key: 'products/form.png' });
    assert.deepEqual([object.ContentType, object.CacheControl, object.ContentLength], ['image/png', YEAR, PNG.length]);
    assert.deepEqual(Buffer.from(await object.Body.transformToByteArray()), PNG);
  });

  test('is answered as it asks for', async () => {
    const { success_action_status: status, ...fields } = FIELDS;
    assert.equal((await post(await signed({ fields }))).status, 204);
    assert.equal((await post(await signed({ fields: { ...fields, success_action_status: '200' } }))).status, 200);
    assert.equal((await post(await signed({ fields: { ...fields, success_action_status: '418' } }))).status, 204);
    const redirected = await post(await signed({ fields: { ...fields, success_action_redirect: 'https://shop.test/done' } }));
    assert.equal(redirected.status, 303);
    assert.match(redirected.headers.get('location'), /^https:\/\/shop.test\/done\?bucket=stockpilot-test-images&key=products%2Fform.png&etag=/);
  });

  test('AC-78 uploads no other key, type or age, nowhere else and nothing more', async () => {
    const form = await signed();
    const denied = async (change) => assert.deepEqual(told(await post(form, { change })), [403, 'AccessDenied'], JSON.stringify(change));
    await denied({ key: 'products/other.png' });
    await denied({ 'Content-Type': 'text/html' });
    await denied({ 'Content-Type': undefined });
    await denied({ 'Cache-Control': 'no-store' });
    await denied({ success_action_status: '200' });
    await denied({ acl: 'public-read' });
    await denied({ 'x-amz-meta-more': '1' });
    assert.equal((await post(form, { change: { 'x-ignore-this': '1' } })).status, 201);
    const { fields } = await createPresignedPost(client(), { Bucket: 'another-bucket', Key: 'products/form.png', Fields: FIELDS });
    assert.deepEqual(told(await post({ url: form.url, fields })), [403, 'AccessDenied']);
    assert.ok(!(await s3.objects()).some(({ key }) => key === 'products/other.png'));
  });

  test('AC-78 uploads no more and no fewer bytes than it may', async () => {
    const form = await signed({ key: 'products/size.png', conditions: [['content-length-range', 10, 20]] });
    assert.deepEqual(told(await post(form, { file: Buffer.alloc(9) })), [400, 'EntityTooSmall']);
    assert.deepEqual(told(await post(form, { file: Buffer.alloc(21) })), [400, 'EntityTooLarge']);
    assert.ok(!(await s3.objects()).some(({ key }) => key === 'products/size.png'));
    for (const length of [10, 20]) assert.equal((await post(form, { file: Buffer.alloc(length) })).status, 201);
  });

  test('AC-78 is late after its time', async () => {
    assert.deepEqual(told(await post(await signed({ expires: 60, systemClockOffset: -2 * MINUTE_MS }))), [403, 'AccessDenied']);
    assert.equal((await post(await signed({ expires: 180, systemClockOffset: -2 * MINUTE_MS }))).status, 201);
  });

  test('is worth nothing with another policy, signature, key or token', async () => {
    const form = await signed();
    const policy = JSON.parse(Buffer.from(form.fields.Policy, 'base64'));
    policy.expiration = '2099-01-01T00:00:00Z';
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64');
    const changed = async (change) => told(await post(form, { change }));
    assert.deepEqual(await changed({ Policy: encoded(policy) }), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await changed({ Policy: undefined }), [403, 'AccessDenied']);
    assert.deepEqual(await changed({ 'X-Amz-Signature': '0'.repeat(64) }), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await changed({ 'X-Amz-Signature': undefined }), [400, 'InvalidArgument']);
    assert.deepEqual(await changed({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA1' }), [400, 'InvalidArgument']);
    assert.deepEqual(await changed({ 'X-Amz-Credential': form.fields['X-Amz-Credential'].replace(KEY, 'AKIANOBODY') }), [403, 'InvalidAccessKeyId']);
    const wrongly = await signed({ credentials: { ...credentials, secretAccessKey: 'wrong' } });
    assert.deepEqual(told(await post(wrongly)), [403, 'SignatureDoesNotMatch']);
  });

  test('with a policy that is none is refused, well signed though it is', async () => {
    const form = await signed();
    const signer = new SignatureV4({ service: 's3', region: REGION, credentials, sha256: Sha256 });
    const signingDate = new Date(form.fields['X-Amz-Date'].replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
    const conditions = [{ key: 'products/form.png' }];
    for (const policy of ['no JSON', '[]', JSON.stringify({ conditions }), JSON.stringify({ expiration: 'tomorrow', conditions }),
      JSON.stringify({ expiration: '2099-01-01T00:00:00Z' }), JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: [{ a: '1', b: '2' }] }),
      JSON.stringify({ expiration: '2099-01-01T00:00:00Z', conditions: [['matches', '$key', '.*']] })]) {
      const Policy = Buffer.from(policy).toString('base64');
      const change = { Policy, 'X-Amz-Signature': await signer.sign(Policy, { signingDate }) };
      assert.deepEqual(told(await post(form, { change })), [400, 'InvalidPolicyDocument'], policy);
    }
  });

  test('of temporary credentials needs their token, and ends with them', async () => {
    const temporary = { accessKeyId: 'ASIAFORM', secretAccessKey: 'temporary', sessionToken: 'session' };
    await s3.control('accept', { key: temporary.accessKeyId, secret: temporary.secretAccessKey, token: temporary.sessionToken });
    const form = await signed({ credentials: temporary });
    assert.equal((await post(form)).status, 201);
    assert.deepEqual(told(await post(form, { change: { 'X-Amz-Security-Token': 'other' } })), [400, 'InvalidToken']);
    await s3.control('expire', { key: temporary.accessKeyId });
    assert.deepEqual(told(await post(form)), [400, 'ExpiredToken']);
  });

  test('has the file last: what stands behind it is not there', async () => {
    const form = await signed();
    const { key, ...fields } = form.fields;
    assert.deepEqual(told(await post({ url: form.url, fields }, { behind: { key } })), [400, 'InvalidArgument']);
    assert.deepEqual(told(await post(form, { file: null })), [400, 'InvalidArgument']);
    assert.deepEqual(told(await post(form, { behind: { acl: 'public-read' } })), [201, undefined]);
  });

  test('may leave the name to the browser', async () => {
    const form = await signed({ key: 'products/from-${filename}' });
    assert.equal((await post(form)).status, 201);
    assert.ok((await s3.objects()).some(({ key }) => key === 'products/from-holiday.png'));
  });

  test('comes from a page of the configured origins only', async () => {
    const preflight = (origin, method) => fetch(`${s3.url}/${BUCKET}`, {
      method: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': 'content-type' },
    });
    const allowed = await preflight(ORIGIN, 'POST');
    assert.equal(allowed.status, 200);
    assert.equal(allowed.headers.get('access-control-allow-origin'), ORIGIN);
    assert.equal((await preflight('https://evil.test', 'POST')).status, 403);
    assert.equal((await preflight(ORIGIN, 'DELETE')).status, 403);
    const form = await signed();
    const from = async (Origin, change) => (await post(form, { change, headers: { Origin } })).headers.get('access-control-allow-origin');
    assert.equal(await from(ORIGIN), ORIGIN);
    assert.equal(await from(ORIGIN, { key: 'other' }), ORIGIN, 'so that the page can read why');
    assert.equal(await from('https://evil.test'), null);
  });
});

describe('The CDN', () => {
  test('reads products without a signature at its own door, and nothing else', async () => {
    await put('products/cdn.png');
    await put('private/cdn.png');
    const good = await s3.asCdn('/products/cdn.png');
    assert.deepEqual([good.status, good.headers['content-type'], good.headers['cache-control']], [200, 'image/png', YEAR]);
    assert.deepEqual(good.body, PNG);
    assert.equal((await s3.asCdn('/products/cdn.png', { headers: { range: 'bytes=0-7' } })).headers['content-range'], `bytes 0-7/${PNG.length}`);
    assert.equal((await s3.asCdn('/products/cdn.png', { headers: { 'if-none-match': good.headers.etag } })).status, 304);
    for (const target of ['/private/cdn.png', '/products/../private/cdn.png', '/', `/${BUCKET}/products/cdn.png`, '/products/', '/_test/objects']) {
      assert.equal((await s3.asCdn(target)).status, 403, target);
    }
    assert.equal((await s3.asCdn('/products/none.png')).status, 403, 'as for a reader that may not list');
    for (const headers of [{ cookie: 'a=b' }, { authorization: 'Bearer a' }]) assert.equal((await s3.asCdn('/products/cdn.png', { headers })).status, 400);
    assert.equal((await s3.asCdn('/products/cdn.png', { method: 'DELETE' })).status, 403);
    assert.equal((await s3.asCdn('/products/cdn.png')).status, 200);
  });
});

describe('Tests', () => {
  test('ask for faults, and the SDK meets them', async () => {
    for (const [mode, name] of [[500, 'InternalError'], [503, 'SlowDown'], ['slow', 'RequestTimeout'],
      ['expired', 'ExpiredToken'], ['denied', 'AccessDenied']]) {
      await s3.control('fail', { mode, times: 1 });
      await refused(put('products/fault.png'), name);
      await put('products/fault.png');
    }
    await s3.control('fail', { mode: 503, times: 1 });
    await put('products/fault.png', {}, { maxAttempts: 2 });
    await s3.control('fail', { mode: 'redirect', times: 1 });
    await assert.rejects(put('products/fault.png'));
  });

  test('have the line cut before an upload is stored, or after', async () => {
    const there = async (wanted) => (await s3.objects()).some(({ key }) => key === wanted);
    await s3.control('fail', { mode: 'cut', times: 1 });
    await assert.rejects(put('products/cut-before.png'));
    assert.equal(await there('products/cut-before.png'), false);
    await s3.control('fail', { mode: 'cut-after', times: 1 });
    await assert.rejects(put('products/cut-after.png'));
    assert.equal(await there('products/cut-after.png'), true);
    const { failed } = await s3.calls();
    assert.ok(failed >= 2);
  });
});
