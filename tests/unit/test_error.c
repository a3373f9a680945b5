/* Every kind of error has its row, and what a client is told is bounded and stays UTF-8. */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/error/error.h"
#include "stockpilot/text/utf8.h"

static struct error error;

static void reset(void)
{
    error_reset(&error);
}

START_TEST(each_kind_is_described)
{
    const struct error_description *description = error_describe((enum error_kind)_i);
    ck_assert_ptr_nonnull(description->slug);
    ck_assert_ptr_nonnull(description->title);
    ck_assert_int_ge(description->status, 200);
    ck_assert_int_le(description->status, 599);
}
END_TEST

START_TEST(no_two_kinds_share_a_problem_type)
{
    for (int a = 0; a < ERROR_KIND_COUNT; a++) {
        for (int b = a + 1; b < ERROR_KIND_COUNT; b++) {
            ck_assert_str_ne(error_describe((enum error_kind)a)->slug,
                             error_describe((enum error_kind)b)->slug);
        }
    }
}
END_TEST

START_TEST(an_unknown_kind_is_our_fault)
{
    ck_assert_int_eq(error_describe(ERROR_KIND_COUNT)->status, 500);
    ck_assert_int_eq(error_describe((enum error_kind) - 1)->status, 500);
}
END_TEST

START_TEST(a_detail_is_for_the_client_and_a_cause_is_not)
{
    ck_assert_int_eq(error_set(&error, ERROR_CONFLICT, "The SKU %s is taken.", "A-1"),
                     ERROR_CONFLICT);
    ck_assert_str_eq(error.detail, "The SKU A-1 is taken.");
    ck_assert_str_eq(error.cause, "");
    error_reset(&error);
    ck_assert_int_eq(error_set_cause(&error, ERROR_INTERNAL, "line %d", 7), ERROR_INTERNAL);
    ck_assert_str_eq(error.detail, "");
    ck_assert_str_eq(error.cause, "line 7");
}
END_TEST

START_TEST(field_errors_add_up_to_invalid)
{
    error_add_field(&error, "/price", "required", "It is missing.");
    error_add_field(&error, "/name", "too_long", "At most %d characters.", 200);
    ck_assert_int_eq(error.kind, ERROR_INVALID);
    ck_assert_uint_eq(error.field_count, 2);
    ck_assert_str_eq(error.fields[0].pointer, "/price");
    ck_assert_str_eq(error.fields[1].code, "too_long");
    ck_assert_str_eq(error.fields[1].detail, "At most 200 characters.");
}
END_TEST

START_TEST(field_errors_leave_a_malformed_request_malformed)
{
    error_set(&error, ERROR_MALFORMED, "The query string is not valid.");
    error_add_field(&error, "?limit", "out_of_range", "Too large.");
    ck_assert_int_eq(error.kind, ERROR_MALFORMED);
}
END_TEST

START_TEST(field_errors_past_the_last_place_are_counted)
{
    for (int i = 0; i < ERROR_MAX_FIELDS + 5; i++) {
        error_add_field(&error, "/a", "code", "detail");
    }
    ck_assert_uint_eq(error.field_count, ERROR_MAX_FIELDS);
    ck_assert_uint_eq(error.fields_dropped, 5);
    error_reset(&error);
    ck_assert_uint_eq(error.field_count + error.fields_dropped, 0);
    ck_assert_int_eq(error.kind, ERROR_NONE);
}
END_TEST

/* _i bytes of ASCII in front move the place of the cut through a character of four bytes. */
START_TEST(a_text_is_cut_between_characters)
{
    char text[4 * ERROR_DETAIL_SIZE + 8] = "";
    memset(text, 'a', (size_t)_i);
    for (size_t used = (size_t)_i; used + 5 < sizeof text; used += 4) {
        memcpy(text + used, "\xf0\x9f\x93\xa6", 5);
    }
    error_set(&error, ERROR_CONFLICT, "%s", text);
    error_add_field(&error, text, "code", "%s", text);
    ck_assert_uint_ge(strlen(error.detail), ERROR_DETAIL_SIZE - 8);
    ck_assert(utf8_is_valid(error.detail, strlen(error.detail)));
    ck_assert(utf8_is_valid(error.fields[0].pointer, strlen(error.fields[0].pointer)));
    ck_assert(utf8_is_valid(error.fields[0].detail, strlen(error.fields[0].detail)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("error");
    TCase *table = tcase_create("table");
    tcase_add_loop_test(table, each_kind_is_described, ERROR_NONE, ERROR_KIND_COUNT);
    tcase_add_test(table, no_two_kinds_share_a_problem_type);
    tcase_add_test(table, an_unknown_kind_is_our_fault);
    suite_add_tcase(suite, table);
    TCase *filling = tcase_create("filling");
    tcase_add_checked_fixture(filling, reset, NULL);
    tcase_add_test(filling, a_detail_is_for_the_client_and_a_cause_is_not);
    tcase_add_test(filling, field_errors_add_up_to_invalid);
    tcase_add_test(filling, field_errors_leave_a_malformed_request_malformed);
    tcase_add_test(filling, field_errors_past_the_last_place_are_counted);
    tcase_add_loop_test(filling, a_text_is_cut_between_characters, 0, 5);
    suite_add_tcase(suite, filling);
    return run_suite(suite);
}
