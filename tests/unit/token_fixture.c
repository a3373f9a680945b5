#include "token_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run_suite.h"
#include "stockpilot/auth/jwks_cache.h"
#include "stockpilot/log/log.h"

EVP_PKEY *ours, *longer, *theirs;
struct jwks issued;
int fetches;
struct token_verifier *verifier;

static enum error_kind give_keys(void *context, struct deadline deadline, struct jwks *keys,
                                 struct error *error)
{
    (void)context;
    (void)deadline;
    (void)error;
    fetches++;
    *keys = issued;
    return ERROR_NONE;
}

static void set_up(void)
{
    char name[64];
    snprintf(name, sizeof name, "/stockpilot-test-token-%ld", (long)getpid());
    const struct token_verifier_settings settings = {
        .issuer = ISSUER,
        .jwks_url = ISSUER "/.well-known/jwks.json",
        .client_ids = "other-client, " CLIENT,
        .leeway_seconds = LEEWAY,
        .default_role = ROLE_VIEWER,
        .cache_name = name,
    };
    const struct jwks_source source = { give_keys, NULL, clock_monotonic_ms };
    struct error error;
    error_reset(&error);
    memset(&issued, 0, sizeof issued);
    issued.keys[issued.count++] = issuer_public_key(ours, KID);
    issued.keys[issued.count++] = issuer_public_key(longer, "longer");
    jwks_cache_remove(name); /* of a test that had this process id long ago, and failed */
    verifier = token_verifier_new_from(&settings, &source, &error);
    jwks_cache_remove(name); /* what is mapped stays */
    ck_assert_msg(verifier != NULL, "%s", error.cause);
    ck_assert_int_eq(token_verifier_ready(verifier, deadline_after_ms(1000), &error), ERROR_NONE);
    ck_assert_int_eq(fetches, 1);
}

static void tear_down(void)
{
    token_verifier_free(verifier);
}

enum error_kind check_at(const char *token, int64_t now, struct principal **principal,
                         struct error *error)
{
    char *header = NULL;
    ck_assert_int_gt(asprintf(&header, "Bearer %s", token), 0);
    error_reset(error);
    enum error_kind kind =
        token_verifier_check(verifier, header, now, deadline_after_ms(1000), principal, error);
    ck_assert_int_eq(error->kind, kind);
    free(header);
    return kind;
}

/* Frees the token. Refused tokens must not have sent us to the issuer, nor tell the client
 * anything. */
void expect(const char *name, char *token, enum error_kind expected)
{
    struct principal *principal = NULL;
    struct error error;
    enum error_kind kind = check_at(token, NOW, &principal, &error);
    ck_assert_msg(kind == expected, "%s: kind %d, %s", name, (int)kind, error.cause);
    ck_assert_msg((kind == ERROR_NONE) == (principal != NULL), "%s", name);
    ck_assert_msg(fetches == 1, "%s: asked the issuer", name);
    ck_assert_msg(error.detail[0] == '\0', "%s: tells %s", name, error.detail);
    free(token);
}

static void add_claim(char *json, size_t size, const char *name, const char *value,
                      const char *good)
{
    const char *used = value != NULL ? value : good;
    size_t length = strlen(json);
    if (used[0] != '\0') {
        snprintf(json + length, size - length, "%s\"%s\":%s", length > 1 ? "," : "", name, used);
    }
}

const char *payload_of(const struct claims *claims)
{
    static char json[8192];
    snprintf(json, sizeof json, "{");
    add_claim(json, sizeof json, "sub", claims->sub, "\"5b3c1f3e-4a7c-4d62-9f0f-0c1c3b1b2a3d\"");
    add_claim(json, sizeof json, "iss", claims->iss, "\"" ISSUER "\"");
    add_claim(json, sizeof json, "exp", claims->exp, "1700003600");
    add_claim(json, sizeof json, "iat", claims->iat, "1700000000");
    add_claim(json, sizeof json, "token_use", claims->token_use, "\"access\"");
    add_claim(json, sizeof json, "client_id", claims->client_id, "\"" CLIENT "\"");
    size_t length = strlen(json);
    snprintf(json + length, sizeof json - length, "%s}",
             claims->more != NULL ? claims->more : ",\"username\":\"anna\"");
    return json;
}

const char *good_payload(void)
{
    return payload_of(&(const struct claims){ 0 });
}

char *good_token(void)
{
    return issuer_token(ours, HEADER, good_payload());
}

int run_token_tests(const char *name, void (*add_tests)(TCase *tcase))
{
    log_set_level(LOG_LEVEL_ERROR);
    ours = issuer_make_pair(2048);
    theirs = issuer_make_pair(2048);
    longer = issuer_make_pair(3072);
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    add_tests(tcase);
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    int result = run_suite(suite);
    EVP_PKEY_free(ours);
    EVP_PKEY_free(theirs);
    EVP_PKEY_free(longer);
    return result;
}
