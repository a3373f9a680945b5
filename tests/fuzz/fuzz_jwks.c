/* The key set an endpoint answers with, through to OpenSSL's keys. */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/auth/jwks.h"
#include "stockpilot/auth/key_ring.h"

static void check_key(const struct jwks *keys, const struct jwk *key)
{
    PROMISE(jwks_kid_is_plausible(key->kid));
    PROMISE(jwks_find(keys, key->kid) == key); /* no kid twice */
    PROMISE(key->exponent >= 3 && (key->exponent & 1) != 0);
    PROMISE(key->modulus_length >= JWKS_MIN_MODULUS_BYTES);
    PROMISE(key->modulus_length <= JWKS_MAX_MODULUS_BYTES);
    PROMISE(key->modulus[0] != 0 && (key->modulus[key->modulus_length - 1] & 1) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct jwks keys;
    struct error error;
    error_reset(&error);
    keys.count = 77;
    if (jwks_parse((const char *)bytes, size, &keys, &error) != ERROR_NONE) {
        PROMISE(error.kind == ERROR_UNAVAILABLE && error.cause[0] != '\0');
        PROMISE(keys.count == 77);
        return 0;
    }
    PROMISE(keys.count >= 1 && keys.count <= JWKS_MAX_KEYS);
    for (uint32_t i = 0; i < keys.count; i++) {
        check_key(&keys, &keys.keys[i]);
    }
    struct key_ring *ring = key_ring_new();
    if (ring != NULL) {
        PROMISE(key_ring_fill(ring, &keys, 1, &error) == ERROR_NONE);
        PROMISE(key_ring_find(ring, keys.keys[0].kid) != NULL);
    }
    key_ring_free(ring);
    return 0;
}
