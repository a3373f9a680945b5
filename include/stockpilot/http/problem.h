/*
 * problem.h - an error as application/problem+json (RFC 9457).
 *
 * Members: type, title, status, detail, requestId; `message`, which clients of the former backend
 * show; `errors` with every bad field; `current`, the record as it stands, where the caller has it.
 */
#ifndef STOCKPILOT_HTTP_PROBLEM_H
#define STOCKPILOT_HTTP_PROBLEM_H

#include "stockpilot/error/error.h"
#include "stockpilot/http/response.h"

/*
 * Makes `response` the answer for error. current_json: a JSON value as text to send as "current",
 * or NULL. The headers that belong to the kind (WWW-Authenticate, Retry-After) are set here; Allow
 * is the caller's. Whatever the response held before is gone. It cannot fail: without memory the
 * body is a fixed text.
 */
void problem_write(struct http_response *response, const struct error *error,
                   const char *request_id, const char *current_json);

#endif
