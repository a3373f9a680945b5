/* The query string is decoded once and strictly. */
#include <stdio.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/http/query.h"
#include "stockpilot/text/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const allowed[] = { "search", "limit", "isRead", NULL };

static struct arena *arena;
static struct query query;
static struct error error;

static void begin(void)
{
    arena = arena_new(64 * 1024);
    ck_assert_ptr_nonnull(arena);
    error_reset(&error);
    query = (struct query){ .count = 7 };
}

static void end(void)
{
    arena_free(arena);
}

static enum error_kind parse(const char *text)
{
    error_reset(&error);
    return query_parse(arena, text, allowed, &query, &error);
}

static void assert_value(const char *text, const char *name, const char *expected)
{
    ck_assert_msg(parse(text) == ERROR_NONE, "%s: %s", text, error.detail);
    ck_assert_str_eq(query_value(&query, name), expected);
}

START_TEST(values_are_decoded_once)
{
    assert_value("search=a+b%20c%2Bd", "search", "a b c+d");
    assert_value("search=%252e%252E", "search", "%2e%2E"); /* AC-39 */
    assert_value("search=%C3%A9%e2%82%ac", "search", "\xc3\xa9\xe2\x82\xac");
    assert_value("limit=5&search=a=b==&isRead=true", "search", "a=b==");
    assert_value("se%61rch=x", "search", "x");
    assert_value("search", "search", "");
    assert_value("search=", "search", "");
    assert_value("search=%25", "search", "%");
    assert_value("&&limit=1&", "limit", "1");
}
END_TEST

START_TEST(nothing_given_is_nothing_found)
{
    ck_assert_int_eq(parse(""), ERROR_NONE);
    ck_assert_uint_eq(query.count, 0);
    ck_assert_int_eq(parse(NULL), ERROR_NONE);
    ck_assert_ptr_null(query_value(&query, "search"));
}
END_TEST

/* AC-39: %00, broken percent sequences, control characters and bad UTF-8. */
START_TEST(what_cannot_be_decoded_is_refused)
{
    static const char *const bad[] = { "search=%00",
                                       "search=a%00b",
                                       "search=%",
                                       "search=%4",
                                       "search=%4g",
                                       "search=%g4",
                                       "search=%%41",
                                       "search=%-1",
                                       "search=%0a",
                                       "search=%0D%0A",
                                       "search=\t",
                                       "search=%7f",
                                       "search=%1F",
                                       "search=%ff",
                                       "search=%c0%ae",
                                       "search=\xff",
                                       "search=%C3",
                                       "search=%ed%a0%80",
                                       "search=%f4%90%80%80",
                                       "%00=1",
                                       "search%0=1",
                                       "limit%ff=1",
                                       "limit=1&search=%c3&isRead=%28" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(parse(bad[i]) == ERROR_MALFORMED, "%s", bad[i]);
        ck_assert_int_eq(error.kind, ERROR_MALFORMED);
        ck_assert_uint_eq(query.count, 7);
    }
}
END_TEST

/* AC-40: repeated or unknown keys; AC-50's rule for letter case holds here too. */
START_TEST(keys_are_known_and_come_once)
{
    static const struct {
        const char *text;
        const char *pointer;
        const char *code;
    } bad[] = { { "search=a&search=b", "?search", "repeated" },
                { "search=a&se%61rch=a", "?search", "repeated" },
                { "page=1", "?page", "unknown_parameter" },
                { "Search=a", "?Search", "unknown_parameter" },
                { "limit=1&=x", "?", "unknown_parameter" },
                { "search[]=a", "?search[]", "unknown_parameter" } };
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(parse(bad[i].text) == ERROR_MALFORMED, "%s", bad[i].text);
        ck_assert_int_eq(error.kind, ERROR_MALFORMED);
        ck_assert_uint_eq(error.field_count, 1);
        ck_assert_str_eq(error.fields[0].pointer, bad[i].pointer);
        ck_assert_str_eq(error.fields[0].code, bad[i].code);
    }
}
END_TEST

START_TEST(where_no_key_is_allowed_none_is_taken)
{
    ck_assert_int_eq(query_parse(arena, "search=a", NULL, &query, &error), ERROR_MALFORMED);
    error_reset(&error);
    ck_assert_int_eq(query_parse(arena, "", NULL, &query, &error), ERROR_NONE);
}
END_TEST

START_TEST(a_long_unknown_key_is_told_in_valid_utf8)
{
    char text[400] = "";
    memset(text, 'a', (size_t)_i);
    for (size_t used = (size_t)_i; used + 3 < sizeof text; used += 2) {
        memcpy(text + used, "\xc3\xa9", 3);
    }
    ck_assert_int_eq(parse(text), ERROR_MALFORMED);
    ck_assert(utf8_is_valid(error.fields[0].pointer, strlen(error.fields[0].pointer)));
}
END_TEST

START_TEST(there_are_at_most_32_parameters)
{
    static char names[40][8];
    static const char *many[41];
    char text[1024] = "";
    for (size_t i = 0; i < 40; i++) {
        snprintf(names[i], sizeof names[i], "n%zu", i);
        many[i] = names[i];
    }
    for (size_t i = 0; i < 32; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%sn%zu=%zu", i == 0 ? "" : "&", i, i);
    }
    ck_assert_int_eq(query_parse(arena, text, many, &query, &error), ERROR_NONE);
    ck_assert_uint_eq(query.count, 32);
    ck_assert_str_eq(query_value(&query, "n31"), "31");
    size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "&n32=");
    ck_assert_int_eq(query_parse(arena, text, many, &query, &error), ERROR_MALFORMED);
}
END_TEST

START_TEST(integers_are_checked_and_told_together)
{
    ck_assert_int_eq(parse("limit=1000&search=x&isRead=1001"), ERROR_NONE);
    ck_assert_int_eq(query_integer(&query, "limit", 1, 1000, 50, &error), 1000);
    ck_assert_int_eq(query_integer(&query, "absent", 1, 1000, 50, &error), 50);
    ck_assert_int_eq(error.kind, ERROR_NONE);
    ck_assert_int_eq(query_integer(&query, "search", 1, 1000, 50, &error), 50);
    ck_assert_int_eq(query_integer(&query, "isRead", 1, 1000, 50, &error), 50);
    ck_assert_int_eq(error.kind, ERROR_MALFORMED);
    ck_assert_uint_eq(error.field_count, 2);
    ck_assert_str_eq(error.fields[0].pointer, "?search");
    ck_assert_str_eq(error.fields[1].pointer, "?isRead");
}
END_TEST

START_TEST(memory_that_runs_out_is_our_error)
{
    struct arena *small = arena_new(8);
    ck_assert_ptr_nonnull(small);
    ck_assert_int_eq(query_parse(small, "search=abcdefghijkl", allowed, &query, &error),
                     ERROR_INTERNAL);
    arena_free(small);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query");
    TCase *all = tcase_create("query");
    tcase_add_checked_fixture(all, begin, end);
    tcase_add_test(all, values_are_decoded_once);
    tcase_add_test(all, nothing_given_is_nothing_found);
    tcase_add_test(all, what_cannot_be_decoded_is_refused);
    tcase_add_test(all, keys_are_known_and_come_once);
    tcase_add_test(all, where_no_key_is_allowed_none_is_taken);
    tcase_add_loop_test(all, a_long_unknown_key_is_told_in_valid_utf8, 0, 3);
    tcase_add_test(all, there_are_at_most_32_parameters);
    tcase_add_test(all, integers_are_checked_and_told_together);
    tcase_add_test(all, memory_that_runs_out_is_our_error);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
