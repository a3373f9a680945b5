/* The only user of libjwt: see docs/decisions/two-deciders-for-signatures.md. */
#include "stockpilot/auth/token_signature.h"

#include <jwt.h>
#include <limits.h>
#include <openssl/err.h>

#include "rsa_only.h"

enum error_kind token_signature_prepare(struct error *error)
{
    if (rsa_only_context() == NULL) {
        ERR_clear_error();
        return error_set_cause(error, ERROR_INTERNAL, "cannot prepare OpenSSL for RS256");
    }
    return ERROR_NONE;
}

/* Whether OpenSSL has complained of that since its queue was last empty; empties it. */
static bool memory_was_short(void)
{
    bool was_short = false;
    for (unsigned long code = ERR_get_error(); code != 0; code = ERR_get_error()) {
        was_short = was_short || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
    }
    return was_short;
}

/* 1 good, 0 bad, negative: it could not be found out. */
static int openssl_verdict(const struct gated_token *token, const struct ring_key *key)
{
    int verdict = -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL &&
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key->public_key) == 1) {
        /* Nothing comes after it: without the copy that OpenSSL would make for that, there is none
         * that can fail and be told as a bad signature. */
        EVP_MD_CTX_set_flags(context, EVP_MD_CTX_FLAG_FINALISE);
        verdict = EVP_DigestVerify(context, token->signature, token->signature_length,
                                   (const unsigned char *)token->text, token->signed_length);
    }
    EVP_MD_CTX_free(context);
    return memory_was_short() && verdict == 0 ? -1 : verdict;
}

static bool libjwt_accepts(const struct gated_token *token, const struct ring_key *key)
{
    OSSL_LIB_CTX *narrow = rsa_only_context();
    jwt_t *jwt = NULL;
    if (narrow == NULL || key->pem_length > INT_MAX) {
        return false;
    }
    OSSL_LIB_CTX *usual = OSSL_LIB_CTX_set0_default(narrow);
    int failure =
        jwt_decode(&jwt, token->text, (const unsigned char *)key->pem, (int)key->pem_length);
    (void)OSSL_LIB_CTX_set0_default(usual);
    /* Short of memory, libjwt has called a forged token good with algorithm "none": ask. */
    bool accepted = failure == 0 && jwt != NULL && jwt_get_alg(jwt) == JWT_ALG_RS256;
    if (failure == 0) {
        jwt_free(jwt);
    }
    return accepted;
}

enum error_kind token_signature_check(const struct gated_token *token, const struct ring_key *key,
                                      struct error *error)
{
    if (token->signature_length != key->modulus_length) {
        return error_set_cause(error, ERROR_INVALID_TOKEN, "signature not as long as the modulus");
    }
    ERR_clear_error();
    int verdict = openssl_verdict(token, key);
    /* Asked twice: short of memory, libjwt calls a good token bad as well. */
    bool agreed = verdict == 1 && (libjwt_accepts(token, key) || libjwt_accepts(token, key));
    ERR_clear_error(); /* libpq and libcurl read the same queue */
    if (agreed) {
        return ERROR_NONE;
    }
    if (verdict == 1) {
        return error_set_cause(error, ERROR_INVALID_TOKEN, "signature refused by libjwt");
    }
    if (verdict == 0) {
        return error_set_cause(error, ERROR_INVALID_TOKEN, "signature wrong");
    }
    return error_set_cause(error, ERROR_INTERNAL, "the signature could not be checked");
}
