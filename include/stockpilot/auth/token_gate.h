/*
 * token_gate.h - the strict shape a token must have before anything else looks at it.
 *
 * Compact JWS (RFC 7515 section 7.1), narrowed to what Cognito sends: at most TOKEN_MAX_BYTES;
 * three segments of strict base64url; header and payload JSON objects without repeated names; alg
 * exactly "RS256"; a plausible kid; typ absent or "JWT" (any case). "at+jwt" (RFC 9068) is refused:
 * Cognito does not send it. Headers that change what is signed (crit, b64, zip, enc) or say where a
 * key is to be had (jku, jwk, x5u, x5c) are refused, never followed.
 */
#ifndef STOCKPILOT_AUTH_TOKEN_GATE_H
#define STOCKPILOT_AUTH_TOKEN_GATE_H

#include <stddef.h>

#include "stockpilot/error/error.h"
#include "stockpilot/json/json_read.h"
#include "stockpilot/memory/arena.h"

/* All of it lives in the arena, but text, which is the caller's. Nothing in it is trusted yet. */
struct gated_token {
    const char *text;     /* NUL-terminated */
    size_t signed_length; /* of header "." payload, at the start of text */
    const char *kid;
    const unsigned char *signature;
    size_t signature_length;
    const struct json_value *payload; /* an object */
};

/* The most the parts of a hostile token may take. */
#define TOKEN_GATE_MEMORY (1024 * 1024)

/* text is NUL-terminated after length bytes. ERROR_INVALID_TOKEN with cause; ERROR_INTERNAL without
 * memory. */
MUST_CHECK enum error_kind token_gate_open(struct arena *arena, const char *text, size_t length,
                                           struct gated_token *token, struct error *error);

#endif
