/*
 * key_ring.h - this process's working copies of the public keys: what OpenSSL and libjwt want.
 *
 * Made anew when the shared set changes. A key that is the same in the old and the new set (kid,
 * modulus and exponent) keeps its serial, so that what it signed stays remembered; a serial is
 * never used twice.
 */
#ifndef STOCKPILOT_AUTH_KEY_RING_H
#define STOCKPILOT_AUTH_KEY_RING_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/auth/jwks.h"
#include "stockpilot/error/error.h"

struct ring_key {
    uint64_t serial; /* from 1 */
    size_t modulus_length;
    EVP_PKEY *public_key;
    char *pem; /* SubjectPublicKeyInfo, not NUL-terminated */
    size_t pem_length;
    struct jwk jwk;
};

struct key_ring;

MUST_CHECK struct key_ring *key_ring_new(void);
void key_ring_free(struct key_ring *ring);

/* Of the set it was filled with last; 0 at first. */
uint64_t key_ring_generation(const struct key_ring *ring);

/* On failure (no memory, or a set that jwks_parse() would not have made) the ring stays as it was.
 */
MUST_CHECK enum error_kind key_ring_fill(struct key_ring *ring, const struct jwks *keys,
                                         uint64_t generation, struct error *error);

/* Valid until the next key_ring_fill(). NULL when there is none. */
const struct ring_key *key_ring_find(const struct key_ring *ring, const char *kid);

/* Whether the key of that serial is still one of ours. */
bool key_ring_holds(const struct key_ring *ring, uint64_t serial);

#endif
