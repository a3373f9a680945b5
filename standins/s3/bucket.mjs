// What can be asked of the one bucket. Whatever S3 knows and s3rver does otherwise is refused as not implemented: a
// counterpart that says yes to it would hide that.

import { cutToRange } from './byte_range.mjs';
import { checkChecksums } from './checksums.mjs';
import { elements, S3Error } from './errors.mjs';
import { checkPolicy } from './post_policy.mjs';
import { readForm } from './upload_form.mjs';

/** Of a request, and kept with an object. */
const KEPT_HEADERS = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];
const isKept = (name) => KEPT_HEADERS.includes(name) || name.startsWith('x-amz-meta-');
const READING_HEADERS = ['if-none-match', 'if-modified-since'];
const LISTING = ['list-type', 'prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type', 'fetch-owner'];
/** Of the connection between us and s3rver; a length follows from the body. */
const HOP_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'content-length'];
const FORM_STATUS = { 200: 200, 201: 201 };
/** What IAM calls it: HEAD has no action of its own. */
const OBJECT_ACTIONS = { GET: 's3:GetObject', HEAD: 's3:GetObject', PUT: 's3:PutObject', DELETE: 's3:DeleteObject' };

const picked = (headers, wanted) => Object.fromEntries(Object.entries(headers).filter(([name]) => wanted(name)));
const isPresigning = (name) => /^X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token|Content-Sha256)$/i.test(name);

/** Its path, decoded: { bucket, key }; a key of "" is the bucket itself. */
function readTarget(path) {
  let parts;
  try {
    parts = path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
  const [bucket, ...key] = parts;
  return { bucket, key: readKey(key.join('/')) };
}

function readKey(key) {
  if (key.split('/').some((part) => ['.', '..'].includes(part)) || key.includes('\0')) {
    throw new S3Error('NotImplemented', 'Keys with dot segments are not kept here');
  }
  return key;
}

export class Bucket {
  #store;

  #verifier;

  #roleCalls;

  constructor({ name, store, verifier, roleCalls }) {
    this.name = name;
    this.#store = store;
    this.#verifier = verifier;
    this.#roleCalls = roleCalls;
  }

  #note(keyId, action, key) {
    this.#roleCalls.note(keyId, { action, resource: `arn:aws:s3:::${this.name}${key === '' ? '' : `/${key}`}` });
  }

  #target(key) { return `/${this.name}/${key.split('/').map(encodeURIComponent).join('/')}`; }

  async #inStore(request) {
    const answer = await this.#store.call(request);
    return { ...answer, headers: picked(answer.headers, (name) => !HOP_HEADERS.includes(name)) };
  }

  /** Carries a request out: { method, url, headers, body } gives { status, headers, body }, or throws an S3Error. */
  async answer(request) {
    const [path, search = ''] = request.url.split('?');
    const { bucket, key } = readTarget(path);
    const form = request.method === 'POST' && key === '' && search === '' && request.headers.authorization === undefined;
    if (form && bucket === this.name) return this.#upload(request);
    const keyId = await this.#verifier.check(request);
    // This everybody is told, whatever they may.
    if (bucket !== this.name) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });
    const query = new URLSearchParams(search);
    for (const name of [...query.keys()]) if (isPresigning(name) || name === 'x-id') query.delete(name);
    checkChecksums(request.headers, request.body);
    return key === '' ? this.#onBucket(request, query, keyId) : this.#onObject(request, query, key, keyId);
  }

  #onBucket({ method, body }, query, keyId) {
    const names = [...query.keys()];
    const isList = ['GET', 'HEAD'].includes(method) && names.every((name) => LISTING.includes(name));
    const isDelete = method === 'POST' && names.join() === 'delete';
    if (!isList && !isDelete) throw new S3Error('AccessDenied', 'Access Denied');
    // Which objects to delete stands in the body: whoever may delete some of them only is not allowed `*`.
    if (isList) this.#note(keyId, 's3:ListBucket', '');
    else this.#note(keyId, 's3:DeleteObject', '*');
    return this.#inStore({ method, target: `/${this.name}?${query}`, body });
  }

  #onObject({ method, headers, body }, query, key, keyId) {
    const [parameter] = query.keys();
    if (parameter !== undefined) throw new S3Error('NotImplemented', `The parameter ${parameter} is not known here`);
    if (!Object.hasOwn(OBJECT_ACTIONS, method)) throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
    this.#note(keyId, OBJECT_ACTIONS[method], key);
    switch (method) {
      case 'PUT': return this.#put(key, headers, body);
      case 'DELETE': return this.#inStore({ method, target: this.#target(key) });
      default: return this.#readSigned(method, key, headers, keyId);
    }
  }

  /**
   * That an object is missing S3 tells to those only who may list the bucket: to others it is denied (403). The policies of
   * those who ask are not known here, so this one tells everybody, and notes that it took this permission.
   */
  async #readSigned(method, key, headers, keyId) {
    const answer = await this.read(method, key, headers);
    if (answer.status === 404) this.#note(keyId, 's3:ListBucket', '');
    return answer;
  }

  /** An object, or the range of it that `headers` ask for. */
  async read(method, key, headers) {
    const conditions = picked(headers, (name) => READING_HEADERS.includes(name));
    const answer = await this.#inStore({ method: 'GET', target: this.#target(key), headers: conditions });
    return answer.status === 200 ? cutToRange(answer, headers.range) : answer;
  }

  #put(key, headers, body) {
    for (const name of ['if-match', 'if-none-match', 'x-amz-copy-source', 'x-amz-tagging']) {
      if (headers[name] !== undefined) throw new S3Error('NotImplemented', `The header ${name} is not known here`);
    }
    if (headers['x-amz-acl'] !== undefined) throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
    return this.#inStore({ method: 'PUT', target: this.#target(key), headers: picked(headers, isKept), body });
  }

  /** The POST of a browser's form. */
  async #upload({ headers, body }) {
    const { fields, file } = await readForm(headers['content-type'], body);
    if (!fields.has('policy')) throw new S3Error('AccessDenied', 'Access Denied');
    if (!fields.get('key')) throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.", { ArgumentName: 'key' });
    const keyId = await this.#verifier.checkForm(fields);
    checkPolicy({ fields, bucket: this.name, length: file.length, now: this.#verifier.now() });
    const key = readKey(fields.get('key'));
    // A browser sends it, with what the role has signed: it may what the role may.
    this.#note(keyId, 's3:PutObject', key);
    const answer = await this.#put(key, Object.fromEntries(fields), file);
    return answer.status === 200 ? this.#uploaded(fields, headers.host, key, answer.headers) : answer;
  }

  #uploaded(fields, host, key, { etag }) {
    const location = `http://${host}${this.#target(key)}`;
    const redirect = fields.get('success_action_redirect');
    if (redirect && URL.canParse(redirect)) {
      const to = new URL(redirect);
      Object.entries({ bucket: this.name, key, etag }).forEach(([name, value]) => to.searchParams.append(name, value));
      return { status: 303, headers: { Location: to.href }, body: '' };
    }
    const status = FORM_STATUS[fields.get('success_action_status')] ?? 204;
    const document = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${
      elements({ Location: location, Bucket: this.name, Key: key, ETag: etag })}</PostResponse>`;
    return {
      status,
      headers: { ETag: etag, Location: location, ...(status === 201 && { 'Content-Type': 'application/xml' }) },
      body: status === 201 ? document : '',
    };
  }
}
