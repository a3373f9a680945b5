/* AWS Signature Version 4, on AWS's published vectors. That it agrees with the SDK's signer on
 * anything else is for tests/oracle/sigv4.test.mjs. */
#include <string.h>

#include "run_suite.h"
#include "sigv4_vectors.h"

#define VECTOR_COUNT (sizeof sigv4_vectors / sizeof *sigv4_vectors)
#define TIME "20150830T123600Z"

static struct arena *arena;
static struct error error;

static void setup(void)
{
    arena = arena_new(4 * 1024 * 1024);
    ck_assert_ptr_nonnull(arena);
    memset(&error, 0, sizeof error);
}

static void teardown(void)
{
    arena_free(arena);
}

static void add(struct sigv4_header *headers, size_t *count, const char *name, const char *value)
{
    headers[(*count)++] = (struct sigv4_header){ name, value };
}

START_TEST(signs_as_aws_has_published)
{
    const struct sigv4_vector *vector = &sigv4_vectors[_i];
    const struct aws_credentials credentials = { .access_key_id = "AKIDEXAMPLE",
                                                 .secret_access_key =
                                                     "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
    struct sigv4_header headers[16];
    size_t count = 0;
    for (size_t i = 0; i < 8 && vector->headers[i].name != NULL; i++) {
        headers[count++] = vector->headers[i];
    }
    add(headers, &count, "X-Amz-Date", TIME);
    if (vector->token != NULL) {
        add(headers, &count, "X-Amz-Security-Token", vector->token);
    }
    const struct sigv4_request request = { vector->method, vector->path, vector->query,       count,
                                           headers,        vector->body, strlen(vector->body) };
    const struct sigv4_scope scope = { "us-east-1", "service", TIME, !vector->normalize };
    const char *authorization = "";
    ck_assert_int_eq(
        sigv4_authorization(arena, &request, &scope, &credentials, &authorization, &error),
        ERROR_NONE);
    ck_assert_msg(strcmp(authorization, vector->authorization) == 0, "%s:\n%s, not\n%s",
                  vector->name, authorization, vector->authorization);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    const struct aws_credentials credentials = { .access_key_id = "id",
                                                 .secret_access_key = "secret" };
    const struct sigv4_scope scope = { "us-east-1", "sns", TIME, false };
    struct sigv4_header headers[SIGV4_MAX_HEADERS + 1];
    for (size_t i = 0; i <= SIGV4_MAX_HEADERS; i++) {
        headers[i] = (struct sigv4_header){ "host", "x" };
    }
    const struct sigv4_request many = { "GET", "/", "", SIGV4_MAX_HEADERS + 1, headers, "", 0 };
    const char *authorization;
    ck_assert_int_eq(
        sigv4_authorization(arena, &many, &scope, &credentials, &authorization, &error),
        ERROR_INTERNAL);
    char query[4 * (SIGV4_MAX_PARAMETERS + 1) + 1];
    for (size_t i = 0; i <= SIGV4_MAX_PARAMETERS; i++) {
        memcpy(query + 4 * i, "a=b&", 5);
    }
    const struct sigv4_request long_query = { "GET", "/", query, 1, headers, "", 0 };
    ck_assert_int_eq(
        sigv4_authorization(arena, &long_query, &scope, &credentials, &authorization, &error),
        ERROR_INTERNAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sigv4");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_loop_test(all, signs_as_aws_has_published, 0, (int)VECTOR_COUNT);
    tcase_add_test(all, what_does_not_fit_is_refused);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
