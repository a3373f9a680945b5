/* token_fixture.h - a verifier with three key pairs, good tokens for it, and what is expected of
 * others. */
#ifndef TESTS_UNIT_TOKEN_FIXTURE_H
#define TESTS_UNIT_TOKEN_FIXTURE_H

#include <check.h>
#include <stdint.h>

#include "issuer.h"
#include "stockpilot/auth/token_verifier.h"

#define NOW 1700000000
#define LEEWAY 30
#define ISSUER "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123"
#define CLIENT "6jq1q2w3e4r5t6y7u8i9o0p1a2"
#define KID "Zh5gCPvp+lXGq0W2kkDaVhRpGNb/dEA9nnYvEWCmR8U="
#define HEADER "{\"kid\":\"" KID "\",\"alg\":\"RS256\"}"

extern EVP_PKEY *ours;     /* under KID */
extern EVP_PKEY *longer;   /* of 3072 bits, ours as well, under "longer" */
extern EVP_PKEY *theirs;   /* an attacker's */
extern struct jwks issued; /* what the issuer answers */
extern int fetches;        /* how often it was asked: once before the test begins */
extern struct token_verifier *verifier;

/* Raw JSON values; NULL: the good one, "": the claim is absent. */
struct claims {
    const char *iss, *sub, *exp, *iat, *token_use, *client_id;
    const char *more; /* further members, each with a comma before it */
};

const char *payload_of(const struct claims *claims);
const char *good_payload(void);
char *good_token(void);

enum error_kind check_at(const char *token, int64_t now, struct principal **principal,
                         struct error *error);

/* Frees the token. Refused tokens must not send us to the issuer, nor tell the client anything. */
void expect(const char *name, char *token, enum error_kind expected);

#define COUNT(cases) ((int)(sizeof(cases) / sizeof *(cases)))

/* A test program: makes the key pairs, runs the tests each with a verifier of its own. */
int run_token_tests(const char *name, void (*add_tests)(TCase *tcase));

#endif
