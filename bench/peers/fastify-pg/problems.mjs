// Every error is a problem document (RFC 9457).
import { TokenRefused } from './key_set.mjs';

const TITLES = {
  400: ['malformed-request', 'The request cannot be read'],
  401: ['invalid-token', 'The access token is not accepted'],
  403: ['forbidden', 'This is not allowed'],
  404: ['not-found', 'There is nothing here'],
  409: ['conflict', 'The record collides with another'],
  412: ['stale', 'The record was changed in the meantime'],
  415: ['unsupported-media-type', 'The body has a type that is not read here'],
  422: ['invalid', 'Some values are not valid'],
  500: ['internal', 'Something went wrong on our side'],
  503: ['service-unavailable', 'The service cannot answer just now'],
};

const STATUS_OF_SQLSTATE = { 23505: 409, 23514: 422, '22P02': 422, SP002: 404, SP006: 412 };

export class Refusal extends Error {
  constructor(statusCode, message) {
    super(message);
    this.statusCode = statusCode;
  }
}

function statusOf(error) {
  if (error instanceof TokenRefused) return 401;
  if (error.validation) return error.validationContext === 'body' ? 422 : 400;
  if (typeof error.code === 'string' && error.code in STATUS_OF_SQLSTATE) return STATUS_OF_SQLSTATE[error.code];
  return error.statusCode in TITLES ? error.statusCode : 500;
}

export function answerProblem(error, request, reply) {
  const status = statusOf(error);
  if (status === 500) request.log.error(error);
  const [type, title] = TITLES[status];
  const detail = status === 500 ? 'The fault was logged under this request id.' : title;
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer realm="stockpilot", error="invalid_token"');
  reply.code(status).type('application/problem+json').send({
    type: `/problems/${type}`,
    title,
    status,
    detail,
    requestId: request.id,
    message: detail,
    errors: error.validation?.map(({ instancePath, message }) => ({ pointer: instancePath, detail: message })),
  });
}
