/*
 * token_signature.h - RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3), decided twice.
 *
 * OpenSSL decides first, with the key already in memory; what it accepts, libjwt must accept too,
 * with alg RS256 as libjwt itself read it. Neither alone lets a token in.
 */
#ifndef STOCKPILOT_AUTH_TOKEN_SIGNATURE_H
#define STOCKPILOT_AUTH_TOKEN_SIGNATURE_H

#include <stddef.h>

#include "stockpilot/auth/key_ring.h"
#include "stockpilot/auth/token_gate.h"
#include "stockpilot/error/error.h"

/* Prepares what verification needs, so that its absence shows at start. ERROR_INTERNAL with cause.
 */
MUST_CHECK enum error_kind token_signature_prepare(struct error *error);

/* ERROR_INVALID_TOKEN when either says no; ERROR_INTERNAL when OpenSSL is out of memory. */
MUST_CHECK enum error_kind token_signature_check(const struct gated_token *token,
                                                 const struct ring_key *key, struct error *error);

#endif
