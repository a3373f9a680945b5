/*
 * token_verifier.h - is this access token one that our Cognito pool made for our client, and still
 * good?
 *
 * Order: look among the tokens already verified by this worker (SHA-256 of the token → principal,
 * until exp, and only while the key that signed it is still in the key set); strict gate
 * (token_gate.h); every claim by typed reading (token_claims.h); the key of that kid, from the
 * shared cache (jwks_cache.h); signature by OpenSSL and by libjwt (token_signature.h). RFC 7515,
 * 7519, 8725; AWS: "Verifying JSON web tokens".
 *
 * A bad token costs no database work and, unless its kid is unknown and all else in it is right, no
 * network either.
 */
#ifndef STOCKPILOT_AUTH_TOKEN_VERIFIER_H
#define STOCKPILOT_AUTH_TOKEN_VERIFIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/auth/principal.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"

#define TOKEN_MAX_BYTES 8192

struct jwks_source;
struct token_verifier;

struct token_verifier_settings {
    const char *issuer; /* exact */
    const char *jwks_url;
    const char *client_ids; /* comma list; a token's client_id must be one of them */
    int leeway_seconds;     /* 0…60 */
    enum role default_role; /* of a token without one of our groups */
    const char *cache_name; /* POSIX shm name; NULL: derived from issuer, jwks_url and uid */
    bool allow_plain_http;  /* for jwks_url; never in production */
};

/* The strings are copied. NULL when memory or shared memory is short: *error says why. */
MUST_CHECK struct token_verifier *token_verifier_new(const struct token_verifier_settings *settings,
                                                     struct error *error);

/* The same with keys from elsewhere than jwks_url: for tests and for tools. NULL: from jwks_url. */
MUST_CHECK struct token_verifier *token_verifier_new_from(
    const struct token_verifier_settings *settings, const struct jwks_source *source,
    struct error *error);

void token_verifier_free(struct token_verifier *verifier);

/*
 * authorization: the header's value, or NULL when it was not sent. `now` is wall time in seconds.
 * On success *principal points to the remembered entry, valid until the next call; user_id may be
 * filled in by the caller and is remembered with it.
 *
 * ERROR_UNAUTHENTICATED: no Bearer credentials. ERROR_INVALID_TOKEN: a bad token (error->cause says
 * why, for the log at debug level; never the token). ERROR_UNAVAILABLE: the kid is unknown and the
 * key set cannot be had.
 */
MUST_CHECK enum error_kind token_verifier_check(struct token_verifier *verifier,
                                                const char *authorization, int64_t now,
                                                struct deadline deadline,
                                                struct principal **principal, struct error *error);

/* Whether at least one usable key is cached; fetches when none ever was, within the deadline. */
MUST_CHECK enum error_kind token_verifier_ready(struct token_verifier *verifier,
                                                struct deadline deadline, struct error *error);

#endif
