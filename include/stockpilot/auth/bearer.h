/* bearer.h - the token in an Authorization header: "Bearer" 1 SP token (RFC 6750 section 2.1). */
#ifndef STOCKPILOT_AUTH_BEARER_H
#define STOCKPILOT_AUTH_BEARER_H

#include <stddef.h>

#include "stockpilot/error/error.h"

/*
 * authorization: the header's value, NULL when it was not sent. The scheme's case does not count.
 * *token points into it, NUL-terminated, 1 to TOKEN_MAX_BYTES long.
 *
 * ERROR_UNAUTHENTICATED: no header, another scheme, or nothing after "Bearer". ERROR_INVALID_TOKEN:
 * something that cannot be a token: two spaces, white space or control characters inside, too long.
 */
MUST_CHECK enum error_kind bearer_token(const char *authorization, const char **token,
                                        size_t *length, struct error *error);

#endif
