/* fingerprint.h - what tells a request from another one under the same Idempotency-Key. */
#ifndef STOCKPILOT_SRC_API_FINGERPRINT_H
#define STOCKPILOT_SRC_API_FINGERPRINT_H

#include "stockpilot/error/error.h"
#include "stockpilot/http/request.h"
#include "stockpilot/memory/arena.h"

/* SHA-256 of method, path and body, as PostgreSQL reads a bytea ("\x" and 64 digits); the arena's.
 */
MUST_CHECK enum error_kind fingerprint_make(struct arena *arena, const struct http_request *request,
                                            const char **fingerprint, struct error *error);

#endif
