/* Problem documents and response headers: AC-42 (no header is ever split). */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/http/problem.h"

static struct arena *arena;
static struct http_response response;
static struct error error;

static void setup(void)
{
    arena = arena_new(256 * 1024);
    ck_assert_ptr_nonnull(arena);
    response_init(&response, arena);
    memset(&error, 0, sizeof error);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *header(const char *name)
{
    for (size_t i = 0; i < response.header_count; i++) {
        if (strcmp(response.headers[i].name, name) == 0) {
            return response.headers[i].value;
        }
    }
    return NULL;
}

static bool body_has(const char *text)
{
    return memmem(response.body.bytes, response.body.length, text, strlen(text)) != NULL;
}

START_TEST(field_errors_are_listed)
{
    error_add_field(&error, "/price", "too_many_decimals", "has at most %d decimals", 2);
    error_add_field(&error, "/\"x", "unknown_field", "there is no such field");
    problem_write(&response, &error, "id-1", NULL);
    ck_assert_int_eq(response.status, 422);
    ck_assert_str_eq(response.content_type, "application/problem+json");
    ck_assert(body_has("\"type\":\"/problems/invalid\""));
    ck_assert(body_has("\"requestId\":\"id-1\""));
    ck_assert(body_has("{\"pointer\":\"/price\",\"code\":\"too_many_decimals\","
                       "\"detail\":\"has at most 2 decimals\"}"));
    ck_assert(body_has("\"pointer\":\"/\\\"x\""));
}
END_TEST

START_TEST(a_cause_is_never_shown)
{
    error_set_cause(&error, ERROR_INTERNAL, "password=secret in column x");
    problem_write(&response, &error, "id-2", NULL);
    ck_assert_int_eq(response.status, 500);
    ck_assert(!body_has("secret"));
    ck_assert(body_has("\"message\":"));
}
END_TEST

START_TEST(what_was_written_before_is_gone)
{
    buffer_append_text(&response.body, "half an answer");
    ck_assert_int_eq(response_add_header(&response, "Location", "/x"), ERROR_NONE);
    error_set(&error, ERROR_CONFLICT, "Another product has this sku.");
    problem_write(&response, &error, "id-3", NULL);
    ck_assert(!body_has("half"));
    ck_assert_ptr_null(header("Location"));
    ck_assert_int_eq(response.body.bytes[0], '{');
}
END_TEST

START_TEST(the_headers_of_a_kind_come_with_it)
{
    error_set(&error, ERROR_UNAUTHENTICATED, "Sign in.");
    problem_write(&response, &error, "id", NULL);
    ck_assert_str_eq(header("WWW-Authenticate"), "Bearer realm=\"stockpilot\"");
    error_set(&error, ERROR_INVALID_TOKEN, "No.");
    problem_write(&response, &error, "id", NULL);
    ck_assert_str_eq(header("WWW-Authenticate"),
                     "Bearer realm=\"stockpilot\", error=\"invalid_token\"");
    error_set(&error, ERROR_UNAVAILABLE, "Later.");
    error.retry_after_seconds = 7;
    problem_write(&response, &error, "id", NULL);
    ck_assert_str_eq(header("Retry-After"), "7");
}
END_TEST

START_TEST(the_current_record_is_sent_along)
{
    error_set(&error, ERROR_STALE, "The product is at version 5 now.");
    problem_write(&response, &error, "id", "{\"version\":5}");
    ck_assert(body_has("\"current\":{\"version\":5}}"));
}
END_TEST

START_TEST(without_memory_there_is_still_an_answer)
{
    struct arena *tiny = arena_new(16);
    ck_assert_ptr_nonnull(tiny);
    response_init(&response, tiny);
    error_set(&error, ERROR_NOT_FOUND, "There is no such product.");
    problem_write(&response, &error, "id", NULL);
    size_t length;
    const char *bytes = response_bytes(&response, &length);
    ck_assert_int_eq(response.status, 500);
    ck_assert_ptr_nonnull(memmem(bytes, length, "/problems/internal", 18));
    arena_free(tiny);
}
END_TEST

START_TEST(a_value_cannot_split_a_header) /* AC-42 */
{
    ck_assert_int_eq(response_add_header(&response, "Link", "a\r\nSet-Cookie: b"), ERROR_INTERNAL);
    ck_assert_int_eq(response_add_header(&response, "Link", "a\nb"), ERROR_INTERNAL);
    ck_assert_int_eq(response_add_header(&response, "Link", "a\x7f"), ERROR_INTERNAL);
    ck_assert_uint_eq(response.header_count, 0);
}
END_TEST

START_TEST(there_is_a_limit_to_headers)
{
    for (int i = 0; i < RESPONSE_MAX_HEADERS; i++) {
        ck_assert_int_eq(response_add_header(&response, "Link", "x"), ERROR_NONE);
    }
    ck_assert_int_eq(response_add_header(&response, "Link", "x"), ERROR_INTERNAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("problem");
    TCase *cases = tcase_create("problem");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, field_errors_are_listed);
    tcase_add_test(cases, a_cause_is_never_shown);
    tcase_add_test(cases, what_was_written_before_is_gone);
    tcase_add_test(cases, the_headers_of_a_kind_come_with_it);
    tcase_add_test(cases, the_current_record_is_sent_along);
    tcase_add_test(cases, without_memory_there_is_still_an_answer);
    tcase_add_test(cases, a_value_cannot_split_a_header);
    tcase_add_test(cases, there_is_a_limit_to_headers);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
