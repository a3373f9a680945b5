// The checksums that a client may send of a body, beside the signature
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).

import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import { S3Error } from './errors.mjs';

const hash = (algorithm) => (body) => createHash(algorithm).update(body).digest('base64');

function crc32(body) {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(zlib.crc32(body));
  return value.toString('base64');
}

const BY_HEADER = {
  'content-md5': hash('md5'),
  'x-amz-checksum-sha1': hash('sha1'),
  'x-amz-checksum-sha256': hash('sha256'),
  ...(zlib.crc32 && { 'x-amz-checksum-crc32': crc32 }),
};

/** Throws an S3Error unless each is that of the body. */
export function checkChecksums(headers, body) {
  for (const [name, value] of Object.entries(headers)) {
    if (name in BY_HEADER) {
      if (BY_HEADER[name](body) !== value) throw new S3Error('BadDigest', `The ${name} you specified did not match what we received.`);
    } else if (/^x-amz-checksum-(?!mode$)/.test(name)) throw new S3Error('NotImplemented', `${name} is not checked here`);
  }
}
