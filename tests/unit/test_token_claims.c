/* AC-3, AC-15 to AC-25: what a token with a good signature says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "token_fixture.h"
#include "stockpilot/auth/permission.h"

#define GROUPS(list) .more = ",\"cognito:groups\":" list

static const struct claims_case {
    const char *name;
    struct claims claims;
    enum error_kind expected;
} claims_cases[] = {
    { "AC-3 access token", { 0 }, ERROR_NONE },
    { "AC-3 with all Cognito sends",
      { .more =
            ",\"scope\":\"openid profile\",\"auth_time\":1700000000,\"jti\":\"x\",\"version\":2,"
            "\"event_id\":\"e\",\"origin_jti\":\"o\",\"username\":\"anna\","
            "\"cognito:groups\":[\"staff\"],\"aud\":\"api\",\"email\":\"anna@example.com\"" },
      ERROR_NONE },
    { "AC-15 NUL in sub", { .sub = "\"abc\\u0000\"" }, ERROR_INVALID_TOKEN },
    { "AC-15 newline in sub", { .sub = "\"abc\\ndef\"" }, ERROR_INVALID_TOKEN },
    { "sub missing", { .sub = "" }, ERROR_INVALID_TOKEN },
    { "sub empty", { .sub = "\"\"" }, ERROR_INVALID_TOKEN },
    { "sub a number", { .sub = "7" }, ERROR_INVALID_TOKEN },
    { "AC-16 sub twice", { .more = ",\"sub\":\"root\"" }, ERROR_INVALID_TOKEN },
    { "AC-16 exp twice", { .more = ",\"exp\":1700003600" }, ERROR_INVALID_TOKEN },
    { "AC-16 twice in another spelling",
      { .more = ",\"s\\u0075b\":\"root\"" },
      ERROR_INVALID_TOKEN },
    { "AC-16 twice deep inside", { .more = ",\"x\":{\"a\":1,\"a\":2}" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp missing", { .exp = "" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp text", { .exp = "\"1700003600\"" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp real", { .exp = "1700003600.5" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp with exponent", { .exp = "17e8" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp 1e30", { .exp = "1e30" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp negative", { .exp = "-1" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp zero", { .exp = "0" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp INT64_MAX", { .exp = "9223372036854775807" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp over INT64_MAX", { .exp = "9223372036854775808" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp null", { .exp = "null" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp true", { .exp = "true" }, ERROR_INVALID_TOKEN },
    { "AC-18 exp array", { .exp = "[1700003600]" }, ERROR_INVALID_TOKEN },
    { "iat missing", { .iat = "" }, ERROR_INVALID_TOKEN },
    { "iat text", { .iat = "\"1\"" }, ERROR_INVALID_TOKEN },
    { "AC-20 iat at the end of leeway", { .iat = "1700000030" }, ERROR_NONE },
    { "AC-20 iat beyond leeway", { .iat = "1700000031" }, ERROR_INVALID_TOKEN },
    { "AC-20 nbf at the end of leeway", { .more = ",\"nbf\":1700000030" }, ERROR_NONE },
    { "AC-20 nbf beyond leeway", { .more = ",\"nbf\":1700000031" }, ERROR_INVALID_TOKEN },
    { "AC-20 nbf text", { .more = ",\"nbf\":\"1\"" }, ERROR_INVALID_TOKEN },
    { "AC-20 nbf null", { .more = ",\"nbf\":null" }, ERROR_INVALID_TOKEN },
    { "AC-21 ID token",
      { .token_use = "\"id\"", .client_id = "", .more = ",\"aud\":\"" CLIENT "\"" },
      ERROR_INVALID_TOKEN },
    { "AC-21 ID token with client_id", { .token_use = "\"id\"" }, ERROR_INVALID_TOKEN },
    { "AC-21 token_use missing", { .token_use = "" }, ERROR_INVALID_TOKEN },
    { "AC-21 token_use Access", { .token_use = "\"Access\"" }, ERROR_INVALID_TOKEN },
    { "AC-22 other pool", { .iss = "\"" ISSUER "4\"" }, ERROR_INVALID_TOKEN },
    { "AC-22 slash behind", { .iss = "\"" ISSUER "/\"" }, ERROR_INVALID_TOKEN },
    { "AC-22 iss missing", { .iss = "" }, ERROR_INVALID_TOKEN },
    { "AC-22 iss array", { .iss = "[\"" ISSUER "\"]" }, ERROR_INVALID_TOKEN },
    { "AC-23 other client", { .client_id = "\"x" CLIENT "\"" }, ERROR_INVALID_TOKEN },
    { "AC-23 second of ours", { .client_id = "\"other-client\"" }, ERROR_NONE },
    { "AC-23 the whole list",
      { .client_id = "\"other-client, " CLIENT "\"" },
      ERROR_INVALID_TOKEN },
    { "AC-23 empty client", { .client_id = "\"\"" }, ERROR_INVALID_TOKEN },
    { "AC-23 client missing", { .client_id = "" }, ERROR_INVALID_TOKEN },
    { "AC-23 client only in aud",
      { .client_id = "", .more = ",\"aud\":\"" CLIENT "\"" },
      ERROR_INVALID_TOKEN },
    { "AC-24 groups text", { GROUPS("\"admin\"") }, ERROR_INVALID_TOKEN },
    { "AC-24 groups with a number", { GROUPS("[\"admin\",1]") }, ERROR_INVALID_TOKEN },
    { "AC-24 groups null", { GROUPS("null") }, ERROR_INVALID_TOKEN },
    { "AC-24 groups object", { GROUPS("{\"0\":\"admin\"}") }, ERROR_INVALID_TOKEN },
    { "scope a number", { .more = ",\"scope\":1" }, ERROR_INVALID_TOKEN },
    { "jti a number", { .more = ",\"jti\":1" }, ERROR_INVALID_TOKEN },
    { "aud with a number", { .more = ",\"aud\":[\"a\",1]" }, ERROR_INVALID_TOKEN },
    { "username a number", { .more = ",\"username\":1" }, ERROR_INVALID_TOKEN },
    { "what only libjwt refuses", { .more = ",\"n\":123456789012345678901" }, ERROR_INVALID_TOKEN },
};

START_TEST(claims_are_read_by_type)
{
    const struct claims_case *c = &claims_cases[_i];
    expect(c->name, issuer_token(ours, HEADER, payload_of(&c->claims)), c->expected);
}
END_TEST

static const struct {
    const char *name;
    const char *payload;
    size_t length;
} payload_cases[] = {
#define PAYLOAD(name, text)                                                                        \
    {                                                                                              \
        name, text, sizeof text - 1                                                                \
    }
    PAYLOAD("AC-17 array", "[]"),
    PAYLOAD("AC-17 text", "\"a\""),
    PAYLOAD("AC-17 nothing but a brace", "{"),
    PAYLOAD("AC-17 single quotes", "{'sub':'a'}"),
};

/* What comes before and behind an otherwise good payload. */
static const struct {
    const char *name;
    const char *before, *behind;
    size_t behind_length;
} surroundings[] = {
    { "AC-15 NUL behind the payload", "", "\0", 1 },
    { "AC-15 NUL and more behind it", "", "\0{}", 3 },
    { "AC-17 byte order mark", "\xef\xbb\xbf", "", 0 },
    { "AC-17 junk behind", "", "x", 1 },
    { "AC-17 a second object", "", "{}", 2 },
};

START_TEST(payloads_are_strict_json)
{
    for (size_t i = 0; i < sizeof payload_cases / sizeof *payload_cases; i++) {
        char *input =
            issuer_signing_input_bytes(HEADER, payload_cases[i].payload, payload_cases[i].length);
        expect(payload_cases[i].name, issuer_sign(ours, input, "SHA256"), ERROR_INVALID_TOKEN);
        free(input);
    }
    for (size_t i = 0; i < sizeof surroundings / sizeof *surroundings; i++) {
        char bytes[4096];
        int length = snprintf(bytes, sizeof bytes, "%s%s", surroundings[i].before, good_payload());
        memcpy(bytes + length, surroundings[i].behind, surroundings[i].behind_length);
        char *input = issuer_signing_input_bytes(HEADER, bytes,
                                                 (size_t)length + surroundings[i].behind_length);
        expect(surroundings[i].name, issuer_sign(ours, input, "SHA256"), ERROR_INVALID_TOKEN);
        free(input);
    }
}
END_TEST

START_TEST(payloads_are_valid_utf8_and_shallow)
{
    const struct claims invalid_utf8 = { .more = ",\"username\":\"\xc3\x28\"" };
    const struct claims overlong_utf8 = { .more = ",\"username\":\"\xc0\xaf\"" };
    const struct claims surrogate = { .more = ",\"username\":\"\\ud800\"" };
    expect("AC-17 bad UTF-8", issuer_token(ours, HEADER, payload_of(&invalid_utf8)),
           ERROR_INVALID_TOKEN);
    expect("AC-17 overlong UTF-8", issuer_token(ours, HEADER, payload_of(&overlong_utf8)),
           ERROR_INVALID_TOKEN);
    expect("AC-17 half a surrogate pair", issuer_token(ours, HEADER, payload_of(&surrogate)),
           ERROR_INVALID_TOKEN);
    static char more[6100] = ",\"x\":";
    memset(more + 5, '[', 2500);
    memset(more + 2505, ']', 2500);
    const struct claims nested = { .more = more };
    expect("AC-17 2500 deep", issuer_token(ours, HEADER, payload_of(&nested)), ERROR_INVALID_TOKEN);
    char *input = issuer_signing_input(HEADER, more + 5);
    expect("AC-17 an array 2500 deep", issuer_sign(ours, input, "SHA256"), ERROR_INVALID_TOKEN);
    free(input);
}
END_TEST

START_TEST(time_is_exact)
{
    struct principal *principal;
    struct error error;
    char *token = good_token();
    const int64_t end = 1700003600 + LEEWAY;
    /* Both when seen for the first time and when remembered. */
    ck_assert_int_eq(check_at(token, end, &principal, &error), ERROR_INVALID_TOKEN);
    ck_assert_int_eq(check_at(token, NOW - LEEWAY - 1, &principal, &error), ERROR_INVALID_TOKEN);
    ck_assert_msg(check_at(token, 1700003599, &principal, &error) == ERROR_NONE, "AC-19 exp - 1");
    ck_assert_msg(check_at(token, end - 1, &principal, &error) == ERROR_NONE, "AC-19");
    ck_assert_int_eq(principal->issued_at, 1700000000);
    ck_assert_int_eq(principal->expires_at, 1700003600);
    ck_assert_msg(check_at(token, end, &principal, &error) == ERROR_INVALID_TOKEN,
                  "AC-19 exp + leeway");
    ck_assert_int_eq(check_at(token, end - 1, &principal, &error), ERROR_NONE);
    ck_assert_msg(check_at(token, NOW - LEEWAY - 1, &principal, &error) == ERROR_INVALID_TOKEN,
                  "AC-20 remembered, and the clock was set back");
    free(token);
}
END_TEST

static const struct {
    const char *groups;
    enum role role;
} roles[] = {
    { "", ROLE_VIEWER },
    { ",\"cognito:groups\":[]", ROLE_VIEWER },
    { ",\"cognito:groups\":[\"pilots\",\"Admin\",\"\"]", ROLE_VIEWER },
    { ",\"cognito:groups\":[\"viewer\"]", ROLE_VIEWER },
    { ",\"cognito:groups\":[\"staff\"]", ROLE_STAFF },
    { ",\"cognito:groups\":[\"viewer\",\"admin\",\"staff\"]", ROLE_ADMIN },
};

START_TEST(the_highest_group_is_the_role)
{
    struct principal *principal;
    struct error error;
    const struct claims claims = { .more = roles[_i].groups };
    char *token = issuer_token(ours, HEADER, payload_of(&claims));
    ck_assert_int_eq(check_at(token, NOW, &principal, &error), ERROR_NONE);
    ck_assert_int_eq(principal->role, roles[_i].role);
    ck_assert_str_eq(principal->subject, "5b3c1f3e-4a7c-4d62-9f0f-0c1c3b1b2a3d");
    free(token);
}
END_TEST

START_TEST(a_role_may_do_what_lower_ones_may)
{
    static const bool granted[4][4] = {
        [PERMISSION_PUBLIC] = { true, true, true, true },
        [PERMISSION_VIEWER] = { false, true, true, true },
        [PERMISSION_STAFF] = { false, false, true, true }, /* AC-25 */
        [PERMISSION_ADMIN] = { false, false, false, true },
    };
    for (int permission = PERMISSION_PUBLIC; permission <= PERMISSION_ADMIN; permission++) {
        for (int role = ROLE_NONE; role <= ROLE_ADMIN; role++) {
            ck_assert_msg(permission_granted(permission, role) == granted[permission][role],
                          "AC-25 %s as %s", permission_name(permission), role_name(role));
        }
    }
    ck_assert(!permission_granted((enum permission)99, ROLE_ADMIN));
}
END_TEST

static void add_tests(TCase *tcase)
{
    tcase_add_loop_test(tcase, claims_are_read_by_type, 0, COUNT(claims_cases));
    tcase_add_test(tcase, payloads_are_strict_json);
    tcase_add_test(tcase, payloads_are_valid_utf8_and_shallow);
    tcase_add_test(tcase, time_is_exact);
    tcase_add_loop_test(tcase, the_highest_group_is_the_role, 0, COUNT(roles));
    tcase_add_test(tcase, a_role_may_do_what_lower_ones_may);
}

int main(void)
{
    return run_token_tests("token_claims", add_tests);
}
