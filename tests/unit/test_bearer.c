/* AC-1, AC-2: what is and what is not a Bearer token in an Authorization header. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/auth/bearer.h"
#include "stockpilot/auth/token_verifier.h"

static const struct {
    const char *name;
    const char *authorization;
    enum error_kind kind;
    const char *token;
} cases[] = {
    { "AC-1 no header", NULL, ERROR_UNAUTHENTICATED, NULL },
    { "AC-2 empty header", "", ERROR_UNAUTHENTICATED, NULL },
    { "AC-2 Basic", "Basic dXNlcjpwYXNz", ERROR_UNAUTHENTICATED, NULL },
    { "AC-2 Bearer alone", "Bearer", ERROR_UNAUTHENTICATED, NULL },
    { "AC-2 Bearer and a space", "Bearer ", ERROR_UNAUTHENTICATED, NULL },
    { "AC-2 Bearer and spaces", "Bearer   ", ERROR_UNAUTHENTICATED, NULL },
    { "a scheme that begins like it", "Bearerx a.b.c", ERROR_UNAUTHENTICATED, NULL },
    { "a tab instead of the space", "Bearer\ta.b.c", ERROR_UNAUTHENTICATED, NULL },
    { "a space before the scheme", " Bearer a.b.c", ERROR_UNAUTHENTICATED, NULL },
    { "plain", "Bearer a.b.c", ERROR_NONE, "a.b.c" },
    { "scheme in lower case", "bearer a.b.c", ERROR_NONE, "a.b.c" },
    { "scheme in mixed case", "bEaReR a.b.c", ERROR_NONE, "a.b.c" },
    { "two spaces", "Bearer  a.b.c", ERROR_INVALID_TOKEN, NULL },
    { "a space behind", "Bearer a.b.c ", ERROR_INVALID_TOKEN, NULL },
    { "two tokens", "Bearer a.b.c d.e.f", ERROR_INVALID_TOKEN, NULL },
    { "two credentials", "Bearer a.b.c, Bearer d.e.f", ERROR_INVALID_TOKEN, NULL },
    { "a line break", "Bearer a.b.c\r\n", ERROR_INVALID_TOKEN, NULL },
    { "a byte over 127", "Bearer a.b.\xc3\xa9", ERROR_INVALID_TOKEN, NULL },
    { "delete", "Bearer a.b.\x7f", ERROR_INVALID_TOKEN, NULL },
};

START_TEST(the_header_is_read_strictly)
{
    const char *token = "untouched";
    size_t length = 77;
    struct error error;
    error_reset(&error);
    enum error_kind kind = bearer_token(cases[_i].authorization, &token, &length, &error);
    ck_assert_msg(kind == cases[_i].kind, "%s: kind %d", cases[_i].name, (int)kind);
    ck_assert_int_eq(error.kind, kind);
    if (kind == ERROR_NONE) {
        ck_assert_str_eq(token, cases[_i].token);
        ck_assert_uint_eq(length, strlen(cases[_i].token));
    } else {
        ck_assert_str_eq(token, "untouched");
        ck_assert_uint_eq(length, 77);
        ck_assert_msg(error.detail[0] == '\0', "%s: tells the client", cases[_i].name);
    }
}
END_TEST

START_TEST(the_length_is_bounded)
{
    static const char scheme[] = "Bearer ";
    char header[sizeof scheme + TOKEN_MAX_BYTES + 1];
    memset(header, 'a', sizeof header);
    memcpy(header, scheme, strlen(scheme));
    const char *token;
    size_t length;
    struct error error;
    error_reset(&error);
    header[strlen(scheme) + TOKEN_MAX_BYTES] = '\0';
    ck_assert_int_eq(bearer_token(header, &token, &length, &error), ERROR_NONE);
    ck_assert_uint_eq(length, TOKEN_MAX_BYTES);
    header[strlen(scheme) + TOKEN_MAX_BYTES] = 'a';
    header[strlen(scheme) + TOKEN_MAX_BYTES + 1] = '\0';
    ck_assert_int_eq(bearer_token(header, &token, &length, &error), ERROR_INVALID_TOKEN);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("bearer");
    tcase_add_loop_test(tcase, the_header_is_read_strictly, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tcase, the_length_is_bounded);
    Suite *suite = suite_create("bearer");
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
