// The bucket of a stack as a test sees it: the counterpart of S3, by the official SDK and by its test controls.

import { createRequire } from 'node:module';

const require = createRequire(new URL('../../standins/package.json', import.meta.url));
const { DeleteObjectCommand, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');

/**
 * Sends a form that the API gave, as a browser does; gives { status, code, headers }. `fields` replaces or adds to its
 * fields, those that are undefined are left out.
 */
export async function sendForm({ url, fields: given }, bytes, { fields = {}, origin } = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...given, ...fields })) if (value !== undefined) form.append(name, value);
  form.append('file', new Blob([bytes]), 'picture');
  const answer = await fetch(url, { method: 'POST', body: form, headers: origin ? { origin } : {} });
  return { status: answer.status, code: /<Code>([^<]+)</.exec(await answer.text())?.[1], headers: answer.headers };
}

/** A deletion is put off by some seconds, for pages that were shown a moment ago: it is due now, and the notifier is told. */
export const hastenDeletions = (stack) => stack.execute(
  "update outbox set available_at = clock_timestamp() where topic = 'image-deletions' and sent_at is null and claimed_by is null;"
  + " select pg_notify('stockpilot_outbox', '')");

export class ImageBucket {
  #client;

  constructor(stack) {
    this.stack = stack;
    const [accessKeyId, secretAccessKey] = stack.accountKey.split(':');
    this.#client = new S3Client({ region: 'us-east-1', endpoint: stack.s3Url, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } });
  }

  put(key, bytes, { type = 'image/png', cacheControl = 'public, max-age=31536000, immutable' } = {}) {
    return this.#client.send(new PutObjectCommand({
      Bucket: this.stack.s3Bucket, Key: key, Body: bytes, ContentType: type, CacheControl: cacheControl,
    }));
  }

  remove(key) { return this.#client.send(new DeleteObjectCommand({ Bucket: this.stack.s3Bucket, Key: key })); }

  /** What is in it, sorted: key, content-type, content-length, … */
  async objects() { return (await fetch(`${this.stack.s3Url}/_test/objects`)).json(); }

  /** { seen, failed, hanging }: of all calls at it so far, the CDN's as well. */
  async calls() { return (await fetch(`${this.stack.s3Url}/_test/calls`)).json(); }

  /** How its next calls fail, e.g. fail({ mode: 503, times: 2 }); fail({ mode: 'ok' }) ends it. */
  async fail(parameters) {
    const answer = await fetch(`${this.stack.s3Url}/_test/fail?${new URLSearchParams(parameters)}`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }
}
