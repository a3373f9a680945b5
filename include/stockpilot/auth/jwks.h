/*
 * jwks.h - the public keys that may sign our tokens, read from a JWK Set (RFC 7517, RFC
 * 7518 6.3.1).
 *
 * Plain data without pointers, so that it can lie in shared memory.
 */
#ifndef STOCKPILOT_AUTH_JWKS_H
#define STOCKPILOT_AUTH_JWKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"

#define JWKS_MAX_BYTES (256 * 1024) /* of the document */
#define JWKS_MAX_KEYS 16
#define JWKS_KID_MAX_LENGTH 128
#define JWKS_MIN_MODULUS_BYTES (2048 / 8)
#define JWKS_MAX_MODULUS_BYTES (8192 / 8)

struct jwk {
    char kid[JWKS_KID_MAX_LENGTH + 1];
    uint32_t exponent; /* odd, at least 3 */
    uint32_t modulus_length;
    unsigned char modulus[JWKS_MAX_MODULUS_BYTES]; /* big-endian, first byte not zero; rest zero */
};

struct jwks {
    uint32_t count;
    struct jwk keys[JWKS_MAX_KEYS];
};

/*
 * Takes the keys that can verify RS256: kty RSA; use "sig" or absent; alg "RS256" or absent;
 * key_ops with "verify" or absent; modulus of 2048 to 8192 bits; odd exponent from 3 to 2^32 - 1; a
 * plausible kid that no earlier key has. A key that carries its private part is nobody's proof and
 * is left out like every other that does not fit; keys past the sixteenth are left out too.
 *
 * ERROR_UNAVAILABLE with error->cause when the text is no JWK Set or holds no usable key.
 */
MUST_CHECK enum error_kind jwks_parse(const char *text, size_t length, struct jwks *keys,
                                      struct error *error);

/*
 * Whether this could be the id of a key of ours: 1 to 128 of the characters that base64, base64url,
 * URNs and thumbprints use, and no "..". Whatever else a token names is not looked for.
 */
bool jwks_kid_is_plausible(const char *kid);

/* NULL when absent. */
const struct jwk *jwks_find(const struct jwks *keys, const char *kid);

#endif
