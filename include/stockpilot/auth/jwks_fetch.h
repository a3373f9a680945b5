/* jwks_fetch.h - the issuer's key set over HTTP. */
#ifndef STOCKPILOT_AUTH_JWKS_FETCH_H
#define STOCKPILOT_AUTH_JWKS_FETCH_H

#include <stdbool.h>

#include "stockpilot/auth/jwks.h"
#include "stockpilot/clock/clock.h"

/* Cognito answers in tens of milliseconds; these bound what an outage costs a request. */
#define JWKS_CONNECT_TIMEOUT_MS 500
#define JWKS_TOTAL_TIMEOUT_MS 2000

struct jwks_endpoint {
    const char *url;
    bool allow_plain_http;
};

/*
 * One GET, at most JWKS_TOTAL_TIMEOUT_MS long and never past the deadline; only a 200 with a usable
 * key set counts. Redirects are not followed. *keys is untouched on failure. `endpoint` is a struct
 * jwks_endpoint: the signature is that of jwks_source.fetch.
 */
MUST_CHECK enum error_kind jwks_fetch(void *endpoint, struct deadline deadline, struct jwks *keys,
                                      struct error *error);

#endif
