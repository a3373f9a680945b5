/* issuer.h - an issuer of tokens for tests: key pairs, their JWK Set, and whatever one wants
 * signed. */
#ifndef TESTS_UNIT_ISSUER_H
#define TESTS_UNIT_ISSUER_H

#include <openssl/evp.h>
#include <stddef.h>

#include "stockpilot/auth/jwks.h"

/* Everything here ends the program when it fails. What is returned is the caller's to free. */

EVP_PKEY *issuer_make_pair(unsigned bits);

/* The public half as the cache holds it. */
struct jwk issuer_public_key(EVP_PKEY *pair, const char *kid);

/* One member of "keys": {"kty":"RSA","use":"sig","alg":"RS256","kid":…,"n":…,"e":…}. */
char *issuer_jwk_json(const struct jwk *key);

char *issuer_pem(EVP_PKEY *pair);

/* "<base64url of header>.<base64url of payload>". */
char *issuer_signing_input(const char *header, const char *payload);
char *issuer_signing_input_bytes(const char *header, const char *payload, size_t payload_length);

/* Adds "." and the signature; digest "SHA256" for RS256. */
char *issuer_sign(EVP_PKEY *pair, const char *signing_input, const char *digest);
char *issuer_sign_hmac(const char *secret, const char *signing_input);
char *issuer_sign_pss(EVP_PKEY *pair, const char *signing_input);

/* RS256 over both. */
char *issuer_token(EVP_PKEY *pair, const char *header, const char *payload);

#endif
