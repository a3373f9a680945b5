// Every error is a problem document (RFC 9457).
import { ZodError } from 'zod';

import { TokenRefused } from './key_set.mjs';

const TITLES = {
  400: ['malformed-request', 'The request cannot be read'],
  401: ['invalid-token', 'The access token is not accepted'],
  403: ['forbidden', 'This is not allowed'],
  404: ['not-found', 'There is nothing here'],
  409: ['conflict', 'The record collides with another'],
  412: ['stale', 'The record was changed in the meantime'],
  413: ['payload-too-large', 'The request is too large'],
  422: ['invalid', 'Some values are not valid'],
  500: ['internal', 'Something went wrong on our side'],
};

const STATUS_OF_PRISMA = { P2002: 409, P2004: 422, P2025: 404 };
const STATUS_OF_SQLSTATE = { SP002: 404, SP006: 412 };

export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// A raw query's SQLSTATE is deep inside Prisma's error.
const sqlstate = (error) => error.meta?.driverAdapterError?.cause?.originalCode ?? error.meta?.code;

function statusOf(error) {
  if (error instanceof TokenRefused) return 401;
  if (error instanceof ZodError) return error.ofQuery ? 400 : 422;
  const status = STATUS_OF_SQLSTATE[sqlstate(error)] ?? STATUS_OF_PRISMA[error.code] ?? error.status;
  return status in TITLES ? status : 500;
}

// Express knows an error handler by its four parameters.
export function answerProblem(error, request, response, _next) {
  const status = statusOf(error);
  if (status === 500) console.error(error);
  const [type, title] = TITLES[status];
  const detail = status === 500 ? 'The fault was logged under this request id.' : title;
  if (status === 401) response.set('WWW-Authenticate', 'Bearer realm="stockpilot", error="invalid_token"');
  response.status(status).type('application/problem+json').json({
    type: `/problems/${type}`,
    title,
    status,
    detail,
    requestId: request.id,
    message: detail,
    errors: error.issues?.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message })),
  });
}
