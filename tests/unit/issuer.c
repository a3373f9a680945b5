#include "issuer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/text/base64url.h"

static void require(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "the test issuer failed: %s\n", what);
        abort();
    }
}

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);
    require(memory != NULL, "memory");
    return memory;
}

EVP_PKEY *issuer_make_pair(unsigned bits)
{
    EVP_PKEY *pair = EVP_RSA_gen(bits);
    require(pair != NULL, "RSA key pair");
    return pair;
}

struct jwk issuer_public_key(EVP_PKEY *pair, const char *kid)
{
    struct jwk key = { .exponent = 0 };
    BIGNUM *modulus = NULL;
    BIGNUM *exponent = NULL;
    require(EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1 &&
                EVP_PKEY_get_bn_param(pair, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1,
            "public key");
    key.modulus_length = (uint32_t)BN_num_bytes(modulus);
    require(key.modulus_length <= sizeof key.modulus, "modulus");
    BN_bn2bin(modulus, key.modulus);
    key.exponent = (uint32_t)BN_get_word(exponent);
    snprintf(key.kid, sizeof key.kid, "%s", kid);
    BN_free(modulus);
    BN_free(exponent);
    return key;
}

char *issuer_jwk_json(const struct jwk *key)
{
    char *modulus = allocate(BASE64URL_ENCODED_SIZE(sizeof key->modulus));
    unsigned char exponent[4];
    char exponent_text[BASE64URL_ENCODED_SIZE(sizeof exponent)];
    size_t first = 0;
    for (size_t i = 0; i < sizeof exponent; i++) {
        exponent[i] = (unsigned char)(key->exponent >> (24 - 8 * i));
    }
    while (first < sizeof exponent - 1 && exponent[first] == 0) {
        first++;
    }
    (void)base64url_encode(key->modulus, key->modulus_length, modulus);
    (void)base64url_encode(exponent + first, sizeof exponent - first, exponent_text);
    char *json = NULL;
    require(asprintf(&json,
                     "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%s\","
                     "\"n\":\"%s\",\"e\":\"%s\"}",
                     key->kid, modulus, exponent_text) > 0,
            "memory");
    free(modulus);
    return json;
}

char *issuer_pem(EVP_PKEY *pair)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    require(memory != NULL && PEM_write_bio_PUBKEY(memory, pair) == 1, "PEM");
    long length = BIO_get_mem_data(memory, &bytes);
    char *pem = strndup(bytes, (size_t)length);
    require(pem != NULL, "memory");
    BIO_free(memory);
    return pem;
}

char *issuer_signing_input_bytes(const char *header, const char *payload, size_t payload_length)
{
    size_t header_length = strlen(header);
    char *text = allocate(BASE64URL_ENCODED_SIZE(header_length) +
                          BASE64URL_ENCODED_SIZE(payload_length) + 1);
    size_t at = base64url_encode((const unsigned char *)header, header_length, text);
    text[at++] = '.';
    (void)base64url_encode((const unsigned char *)payload, payload_length, text + at);
    return text;
}

char *issuer_signing_input(const char *header, const char *payload)
{
    return issuer_signing_input_bytes(header, payload, strlen(payload));
}

static char *with_signature(const char *signing_input, const unsigned char *signature,
                            size_t length)
{
    char *text = allocate(BASE64URL_ENCODED_SIZE(length));
    char *token = NULL;
    (void)base64url_encode(signature, length, text);
    require(asprintf(&token, "%s.%s", signing_input, text) > 0, "memory");
    free(text);
    return token;
}

static char *sign(EVP_PKEY *pair, const char *signing_input, const char *digest, int padding)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *key_context = NULL;
    unsigned char signature[JWKS_MAX_MODULUS_BYTES];
    size_t length = sizeof signature;
    require(context != NULL &&
                EVP_DigestSignInit_ex(context, &key_context, digest, NULL, NULL, pair, NULL) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(key_context, padding) == 1 &&
                EVP_DigestSign(context, signature, &length, (const unsigned char *)signing_input,
                               strlen(signing_input)) == 1,
            "signature");
    EVP_MD_CTX_free(context);
    return with_signature(signing_input, signature, length);
}

char *issuer_sign(EVP_PKEY *pair, const char *signing_input, const char *digest)
{
    return sign(pair, signing_input, digest, RSA_PKCS1_PADDING);
}

char *issuer_sign_pss(EVP_PKEY *pair, const char *signing_input)
{
    return sign(pair, signing_input, "SHA256", RSA_PKCS1_PSS_PADDING);
}

char *issuer_sign_hmac(const char *secret, const char *signing_input)
{
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    require(HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)signing_input,
                 strlen(signing_input), signature, &length) != NULL,
            "HMAC");
    return with_signature(signing_input, signature, length);
}

char *issuer_token(EVP_PKEY *pair, const char *header, const char *payload)
{
    char *input = issuer_signing_input(header, payload);
    char *token = issuer_sign(pair, input, "SHA256");
    free(input);
    return token;
}
