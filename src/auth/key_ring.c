#include "stockpilot/auth/key_ring.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

struct key_ring {
    uint64_t generation;
    uint64_t last_serial;
    size_t count;
    struct ring_key keys[JWKS_MAX_KEYS];
};

struct key_ring *key_ring_new(void)
{
    return calloc(1, sizeof(struct key_ring));
}

static void release(struct ring_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        EVP_PKEY_free(keys[i].public_key);
        free(keys[i].pem);
    }
}

void key_ring_free(struct key_ring *ring)
{
    if (ring != NULL) {
        release(ring->keys, ring->count);
        free(ring);
    }
}

uint64_t key_ring_generation(const struct key_ring *ring)
{
    return ring->generation;
}

const struct ring_key *key_ring_find(const struct key_ring *ring, const char *kid)
{
    for (size_t i = 0; i < ring->count; i++) {
        if (strcmp(ring->keys[i].jwk.kid, kid) == 0) {
            return &ring->keys[i];
        }
    }
    return NULL;
}

bool key_ring_holds(const struct key_ring *ring, uint64_t serial)
{
    for (size_t i = 0; i < ring->count; i++) {
        if (ring->keys[i].serial == serial) {
            return true;
        }
    }
    return false;
}

/* What comes out of shared memory is checked once more: a set spoilt there must not lead us astray.
 */
static bool is_sound(const struct jwk *jwk)
{
    return memchr(jwk->kid, '\0', sizeof jwk->kid) != NULL && jwks_kid_is_plausible(jwk->kid) &&
           jwk->modulus_length >= JWKS_MIN_MODULUS_BYTES &&
           jwk->modulus_length <= JWKS_MAX_MODULUS_BYTES && jwk->modulus[0] != 0 &&
           jwk->exponent >= 3 && (jwk->exponent & 1) != 0;
}

static EVP_PKEY *import(OSSL_PARAM *parameters)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *make_public_key(const struct jwk *jwk)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    BIGNUM *modulus = BN_bin2bn(jwk->modulus, (int)jwk->modulus_length, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (modulus != NULL && builder != NULL &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_uint(builder, OSSL_PKEY_PARAM_RSA_E, jwk->exponent) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(builder);
    }
    if (parameters != NULL) {
        key = import(parameters);
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(modulus);
    return key;
}

static char *make_pem(EVP_PKEY *key, size_t *length)
{
    char *pem = NULL;
    char *bytes = NULL;
    BIO *memory = BIO_new(BIO_s_mem());
    if (memory != NULL && PEM_write_bio_PUBKEY(memory, key) == 1) {
        long size = BIO_get_mem_data(memory, &bytes);
        pem = size > 0 ? malloc((size_t)size) : NULL;
        if (pem != NULL) {
            memcpy(pem, bytes, (size_t)size);
            *length = (size_t)size;
        }
    }
    BIO_free(memory);
    return pem;
}

static bool make_key(const struct jwk *jwk, struct ring_key *key)
{
    key->jwk = *jwk;
    key->modulus_length = jwk->modulus_length;
    key->public_key = make_public_key(jwk);
    key->pem = key->public_key != NULL ? make_pem(key->public_key, &key->pem_length) : NULL;
    return key->pem != NULL;
}

static uint64_t serial_of_same(const struct key_ring *ring, const struct jwk *jwk)
{
    const struct ring_key *old = key_ring_find(ring, jwk->kid);
    bool same = old != NULL && old->jwk.exponent == jwk->exponent &&
                old->jwk.modulus_length == jwk->modulus_length &&
                memcmp(old->jwk.modulus, jwk->modulus, jwk->modulus_length) == 0;
    return same ? old->serial : 0;
}

enum error_kind key_ring_fill(struct key_ring *ring, const struct jwks *keys, uint64_t generation,
                              struct error *error)
{
    struct ring_key made[JWKS_MAX_KEYS] = { 0 };
    size_t count = 0;
    bool good = keys->count <= JWKS_MAX_KEYS;
    while (good && count < keys->count) {
        const struct jwk *jwk = &keys->keys[count];
        good = is_sound(jwk) && make_key(jwk, &made[count]);
        count++;
    }
    if (!good) {
        release(made, count);
        ERR_clear_error();
        return error_set_cause(error, ERROR_INTERNAL, "cannot use the key set from shared memory");
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t serial = serial_of_same(ring, &made[i].jwk);
        made[i].serial = serial != 0 ? serial : ++ring->last_serial;
    }
    release(ring->keys, ring->count);
    memcpy(ring->keys, made, sizeof made);
    ring->count = count;
    ring->generation = generation;
    return ERROR_NONE;
}
