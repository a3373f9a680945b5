// The errors of Amazon S3 and the documents that tell them
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).

import { randomUUID } from 'node:crypto';

const STATUS = {
  AccessDenied: 403,
  AccessControlListNotSupported: 400,
  AccessForbidden: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BadRequest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  ExpiredToken: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  MalformedPOSTRequest: 400,
  MaxPostPreDataLengthExceeded: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  RequestTimeTooSkewed: 403,
  RequestTimeout: 400,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
};

export class S3Error extends Error {
  /** `more`: further elements of the document, e.g. { Region: 'us-east-1' }. */
  constructor(code, message, more = {}) {
    super(message);
    Object.assign(this, { code, more, status: STATUS[code] });
    if (!this.status) throw new TypeError(`no error of S3 known here: ${code}`);
  }
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Elements of a document: { Code: 'AccessDenied' } is <Code>AccessDenied</Code>. */
export const elements = (fields) => Object.entries(fields).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('');

/** Ends the answer with the error's document; HEAD gets the status alone. */
export function answerError(request, response, error) {
  const id = randomUUID();
  const document = '<?xml version="1.0" encoding="UTF-8"?>\n'
    + `<Error>${elements({ Code: error.code, Message: error.message, ...error.more, RequestId: id })}</Error>`;
  response.writeHead(error.status, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(document), 'x-amz-request-id': id });
  response.end(request.method === 'HEAD' ? undefined : document);
}
