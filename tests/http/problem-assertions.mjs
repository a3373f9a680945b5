// What every error answer has to be, whoever made it: the application or nginx.
import assert from 'node:assert/strict';

/** A problem document (RFC 9457) of that status, whose request id is the header's. Gives the document. */
export function assertProblem(answer, status, what = '') {
  const seen = `${what}${what && ': '}${answer.status} ${answer.text}`;
  assert.equal(answer.status, status, seen);
  assert.equal(answer.headers['content-type'], 'application/problem+json', seen);
  assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f]{32}$/, seen);
  const problem = answer.json;
  assert.equal(problem.status, status, seen);
  assert.equal(problem.requestId, answer.headers['x-request-id'], seen);
  assert.match(problem.type, /^\/problems\/[a-z-]+$/, seen);
  assert.ok(problem.title && problem.detail && problem.message, seen);
  return problem;
}

/** 401; `sent`: whether a token came with the request, which decides whether there is an error code. */
export function assertUnauthorized(answer, { sent, what }) {
  const problem = assertProblem(answer, 401, what);
  assert.equal(answer.headers['www-authenticate'],
    `Bearer realm="stockpilot"${sent ? ', error="invalid_token"' : ''}`, what);
  assert.equal(problem.type, sent ? '/problems/invalid-token' : '/problems/not-signed-in', what);
}

/** 503 that says when to come again. */
export function assertUnavailable(answer, what) {
  assertProblem(answer, 503, what);
  assert.match(answer.headers['retry-after'] ?? '', /^[1-9][0-9]*$/, what);
}
