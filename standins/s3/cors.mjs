// Which pages may talk to the bucket, as a CORS rule of S3 has it: the configured origins, and no others
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html).

import { S3Error } from './errors.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT'];
const MAX_AGE_S = 600;

export class CorsRule {
  #origins;

  constructor(origins) { this.#origins = new Set(origins); }

  /** Sets the headers that every answer carries, errors as well. */
  mark(request, response) {
    response.setHeader('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
    if (!this.#origins.has(request.headers.origin)) return;
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin);
    response.setHeader('Access-Control-Allow-Methods', METHODS.join(', '));
    response.setHeader('Access-Control-Expose-Headers', 'ETag, Location');
    response.setHeader('Access-Control-Max-Age', MAX_AGE_S);
  }

  /** The headers for a preflight; throws an S3Error if the call that it asks for is not allowed. */
  preflight({ headers }) {
    const method = headers['access-control-request-method'];
    if (!headers.origin || !method) {
      throw new S3Error('BadRequest', 'Insufficient information. Origin and Access-Control-Request-Method headers needed.');
    }
    if (!this.#origins.has(headers.origin) || !METHODS.includes(method)) {
      throw new S3Error('AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
    }
    const wanted = headers['access-control-request-headers'];
    return wanted ? { 'Access-Control-Allow-Headers': wanted } : {};
  }
}
