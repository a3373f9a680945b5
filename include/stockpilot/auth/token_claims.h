/*
 * token_claims.h - what a Cognito access token must say (RFC 7519 section 4.1; AWS: "Verifying JSON
 * web tokens"), read by type and compared with what we expect.
 */
#ifndef STOCKPILOT_AUTH_TOKEN_CLAIMS_H
#define STOCKPILOT_AUTH_TOKEN_CLAIMS_H

#include <stdint.h>

#include "stockpilot/auth/principal.h"
#include "stockpilot/error/error.h"
#include "stockpilot/json/json_read.h"

struct claim_rules {
    const char *issuer;     /* exact */
    const char *client_ids; /* comma list, spaces around an id do not count */
    int leeway_seconds;
    enum role default_role;
};

struct token_claims {
    struct principal principal;
    int64_t valid_from;  /* first second at which the token counts, leeway included */
    int64_t valid_until; /* first second at which it does not any more, leeway included */
};

/*
 * iss, sub, exp, iat, token_use "access" and client_id are required; nbf, username, email, scope,
 * jti, aud and cognito:groups may be absent, but not of another type. Times are integers from 1 to
 * the year 9999. `now` in seconds since 1970 UTC.
 *
 * ERROR_INVALID_TOKEN with error->cause, which names the claim and quotes nothing.
 */
MUST_CHECK enum error_kind token_claims_read(const struct json_value *payload,
                                             const struct claim_rules *rules, int64_t now,
                                             struct token_claims *claims, struct error *error);

#endif
