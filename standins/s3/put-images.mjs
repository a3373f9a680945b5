#!/usr/bin/env node
// Puts the images of a directory into a bucket, those that are not there yet, as the programs do: signed, with their
// type, to be kept for a year.
//
//   put-images.mjs --endpoint URL --bucket NAME --directory DIR [--region R]
//
// The objects are DIR/products/*, under the key products/*. Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

const TYPES = { '.png': 'image/png', '.jpg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp' };
const YEAR = 'public, max-age=31536000, immutable';
const AT_ONCE = 8;

const { values: options } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    bucket: { type: 'string' },
    directory: { type: 'string' },
    region: { type: 'string', default: 'us-east-1' },
  },
});
const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
if (!options.endpoint || !options.bucket || !options.directory || !accessKeyId || !secretAccessKey) {
  console.error('put-images.mjs: --endpoint, --bucket, --directory and a key in the environment are needed');
  process.exit(2);
}

const { protocol, host } = new URL(options.endpoint);
const signer = new SignatureV4({
  service: 's3', region: options.region, credentials: { accessKeyId, secretAccessKey }, sha256: Sha256, uriEscapePath: false, applyChecksum: true,
});

async function call(method, key, headers = {}, body = undefined) {
  const target = `/${options.bucket}/${key}`;
  const digest = createHash('sha256').update(body ?? '').digest('hex');
  const { headers: { host: unused, ...signed } } = await signer.sign({
    method, protocol, hostname: host, path: target, query: {}, headers: { ...headers, host, 'x-amz-content-sha256': digest }, body,
  });
  const answer = await fetch(options.endpoint + target, { method, headers: signed, body, redirect: 'manual' });
  return { status: answer.status, text: await answer.text() };
}

/** Whether it had to be put. */
async function put(name) {
  const key = `products/${name}`;
  const { status } = await call('HEAD', key);
  if (status === 200) return false;
  const image = readFileSync(path.join(options.directory, key));
  const answer = await call('PUT', key, { 'content-type': TYPES[path.extname(name)], 'cache-control': YEAR }, image);
  if (answer.status !== 200) throw new Error(`${key}: ${answer.status} ${answer.text}`);
  return true;
}

const names = readdirSync(path.join(options.directory, 'products')).filter((name) => path.extname(name) in TYPES);
let [next, count] = [0, 0];
async function putNext() {
  while (next < names.length) {
    next += 1;
    if (await put(names[next - 1])) count += 1;
  }
}
try {
  await Promise.all(Array.from({ length: AT_ONCE }, putNext));
  console.log(`${count} images were put into the bucket, ${names.length - count} were there`);
} catch (error) {
  console.error(`put-images.mjs: ${error.message}`);
  process.exit(1);
}
