// The programs' signer against that of AWS's own SDK: the same signature for hundreds of requests made up at random.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from './seeded_random.mjs';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const { SignatureV4 } = require('@smithy/signature-v4');
const { Sha256 } = require('@aws-crypto/sha256-js');

const COUNT = 600;
const SEED = 20150830;
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const TIME = '20150830T123600Z';
const TEXTS = ['', 'a', 'B', '0', 'x y', '~', '-_.', '*', '\'', '(!)', '+', '=', '&', '%', '/', ':', '@', 'é', '→', '💡', 'Zz', '$,;'];

const encode = (part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const queryText = (query) => Object.entries(query)
  .flatMap(([name, values]) => [values].flat().map((value) => `${encode(name)}=${encode(value)}`)).join('&');

function requests({ below: random, pick }) {
  const text = (most) => Array.from({ length: random(most + 1) }, () => pick(TEXTS)).join('');
  return Array.from({ length: COUNT }, () => {
    const service = pick(['sns', 'ssm', 's3']);
    const segments = Array.from({ length: random(4) }, () => (service === 's3' ? encode(text(3)) : pick([encode(text(3)), '.', '..', ''])));
    // "/a/." is "/a/" by RFC 3986 and "/a" to the SDK; nobody sends it.
    while (['.', '..'].includes(segments.at(-1))) segments.pop();
    const query = Object.fromEntries(Array.from({ length: random(5) }, () => [text(2) || 'k', random(4) === 0 ? [text(2), text(2)] : text(3)]));
    return {
      service,
      method: pick(['GET', 'POST', 'PUT', 'DELETE']),
      // S3's keys are taken as they are: no empty segments, which the SDK would never make.
      path: `/${(service === 's3' ? segments.filter((each) => each !== '') : segments).join('/')}`,
      query,
      body: text(8).replace(/[\t\n]/g, ''),
      headers: {
        host: `${service}.us-east-1.amazonaws.com`,
        'x-amz-date': TIME,
        ...(random(2) === 0 ? { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' } : {}),
        ...(random(2) === 0 ? { 'X-Amz-Meta-Note': `  a   b ${pick(['c', '', 'd  e'])} ` } : {}),
        ...(random(3) === 0 ? { 'x-amz-security-token': 'AQoDYXdzEPT//wEX+AMPLE==' } : {}),
      },
    };
  });
}

async function signedBySdk({ service, method, path, query, headers, body }) {
  const signer = new SignatureV4({
    service, region: 'us-east-1', credentials: CREDENTIALS, sha256: Sha256, applyChecksum: false, uriEscapePath: service !== 's3',
  });
  const signed = await signer.sign({ method, protocol: 'https:', hostname: headers.host, path, query, headers, body }, {
    signingDate: new Date(Date.UTC(2015, 7, 30, 12, 36)),
    signableHeaders: new Set(Object.keys(headers).map((name) => name.toLowerCase())),
    unsignableHeaders: new Set(),
  });
  return signed.headers.authorization;
}

test(`our signer and the SDK's agree on ${COUNT} requests`, async () => {
  const build = process.env.STOCKPILOT_BUILD;
  assert.ok(build, 'STOCKPILOT_BUILD is not set');
  const made = spawnSync('make', ['-s', '-C', build, 'tests/oracle/sigv4_signer'], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const all = requests(seededRandom(SEED));
  const input = all.map(({ service, method, path, query, body, headers }) =>
    [service, method, path, queryText(query), body, ...Object.entries(headers).map(([name, value]) => `${name}:${value}`)].join('\t'));
  const ours = execFileSync(join(build, 'tests/oracle/sigv4_signer'), { input: `${input.join('\n')}\n`, encoding: 'utf8' }).trim().split('\n');
  for (const [index, request] of all.entries()) {
    assert.equal(ours[index], await signedBySdk(request), JSON.stringify(request));
  }
});
