/* What the writer makes is JSON, byte for byte, and what does not fit is told in the end. */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/json/json_read.h"
#include "stockpilot/json/json_write.h"

static struct arena *arena;
static struct buffer buffer;
static struct json_writer writer;

static void begin(void)
{
    arena = arena_new(1024 * 1024);
    ck_assert_ptr_nonnull(arena);
    buffer_init(&buffer, arena, 64 * 1024);
    json_writer_init(&writer, &buffer);
}

static void end(void)
{
    arena_free(arena);
}

static void assert_written(const char *expected)
{
    ck_assert(!buffer_failed(&buffer));
    ck_assert_str_eq(arena_copy(arena, buffer.bytes, buffer.length), expected);
}

START_TEST(commas_stand_between_values_only)
{
    json_begin_object(&writer);
    json_write_name(&writer, "empty");
    json_begin_object(&writer);
    json_end_object(&writer);
    json_write_name(&writer, "list");
    json_begin_array(&writer);
    json_begin_array(&writer);
    json_end_array(&writer);
    json_write_integer(&writer, 1);
    json_write_null(&writer);
    json_begin_object(&writer);
    json_member_boolean(&writer, "a", true);
    json_member_boolean(&writer, "b", false);
    json_end_object(&writer);
    json_end_array(&writer);
    json_member_string(&writer, "last", "x");
    json_end_object(&writer);
    assert_written("{\"empty\":{},\"list\":[[],1,null,{\"a\":true,\"b\":false}],\"last\":\"x\"}");
}
END_TEST

START_TEST(strings_are_escaped)
{
    json_write_string(&writer, "a\"b\\c/d\b\f\n\r\t\x01\x1f\x7f \xc3\xa9 \xf0\x9f\x93\xa6");
    assert_written("\"a\\\"b\\\\c/d\\b\\f\\n\\r\\t\\u0001\\u001f\x7f \xc3\xa9 \xf0\x9f\x93\xa6\"");
}
END_TEST

START_TEST(texts_are_joined_to_one_string)
{
    const char *const texts[] = { "https://shop.test/images", "/", "a\"b.png" };
    json_begin_array(&writer);
    json_write_joined(&writer, texts, 3);
    json_write_joined(&writer, texts, 0);
    json_end_array(&writer);
    assert_written("[\"https://shop.test/images/a\\\"b.png\",\"\"]");
}
END_TEST

START_TEST(every_character_comes_back_through_the_reader)
{
    char text[256 + 1];
    const struct json_value *value;
    struct error error;
    size_t length = 0;
    for (int c = 1; c < 128; c++) {
        text[length++] = (char)c;
    }
    text[length] = '\0';
    json_write_string(&writer, text);
    error_reset(&error);
    ck_assert_int_eq(json_parse(arena, buffer.bytes, buffer.length, 0, &value, &error), ERROR_NONE);
    ck_assert_str_eq(json_string(value), text);
}
END_TEST

START_TEST(integers_are_exact_at_both_ends)
{
    json_begin_array(&writer);
    json_write_integer(&writer, 0);
    json_write_integer(&writer, -1);
    json_write_integer(&writer, INT64_C(9007199254740993));
    json_write_integer(&writer, INT64_MAX);
    json_write_integer(&writer, INT64_MIN);
    json_end_array(&writer);
    assert_written("[0,-1,9007199254740993,9223372036854775807,-9223372036854775808]");
}
END_TEST

START_TEST(an_absent_value_is_null)
{
    json_begin_object(&writer);
    json_member_string(&writer, "a", NULL);
    json_member_number_text(&writer, "b", NULL);
    json_member_timestamp(&writer, "c", NULL);
    json_end_object(&writer);
    assert_written("{\"a\":null,\"b\":null,\"c\":null}");
}
END_TEST

START_TEST(numbers_and_whole_values_pass_as_text)
{
    json_begin_object(&writer);
    json_member_number_text(&writer, "price", "19.99");
    json_member_integer(&writer, "count", 3);
    json_write_name(&writer, "raw");
    json_write_raw(&writer, "[1,2]");
    json_write_name(&writer, "after");
    json_write_raw(&writer, "{}");
    json_end_object(&writer);
    assert_written("{\"price\":19.99,\"count\":3,\"raw\":[1,2],\"after\":{}}");
}
END_TEST

START_TEST(timestamps_have_the_contracts_form)
{
    static const char *const rows[][2] = {
        { "2023-11-23 11:54:21+00", "\"2023-11-23T11:54:21.000Z\"" },
        { "2023-11-23 11:54:21.1+00", "\"2023-11-23T11:54:21.100Z\"" },
        { "2023-11-23 11:54:21.123456+00", "\"2023-11-23T11:54:21.123Z\"" },
        { "2023-11-23 11:54:21.999999+00", "\"2023-11-23T11:54:21.999Z\"" },
        { "2023-11-23", "\"2023-11-23T00:00:00.000Z\"" },
    };
    json_write_timestamp(&writer, rows[_i][0]);
    assert_written(rows[_i][1]);
}
END_TEST

/* A connection with another TimeZone or DateStyle must not be served as if it were UTC. */
START_TEST(another_form_of_timestamp_fails_the_whole_answer)
{
    static const char *const rows[] = { "2023-11-23 11:54:21+01",
                                        "2023-11-23 11:54:21",
                                        "2023-11-23 11:54:21.+0",
                                        "23.11.2023 11:54:21 UTC",
                                        "infinity",
                                        "0044-03-15 BC",
                                        "2023-11-23 11:54",
                                        "",
                                        "2023-11-2" };
    json_write_timestamp(&writer, rows[_i]);
    ck_assert(buffer_failed(&buffer));
}
END_TEST

START_TEST(what_does_not_fit_is_told_in_the_end)
{
    buffer_init(&buffer, arena, 20);
    json_begin_array(&writer);
    for (int i = 0; i < 10; i++) {
        json_write_string(&writer, "0123456789");
    }
    json_end_array(&writer);
    ck_assert(buffer_failed(&buffer));
    ck_assert_uint_le(buffer.length, 20);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json_write");
    TCase *all = tcase_create("json_write");
    tcase_add_checked_fixture(all, begin, end);
    tcase_add_test(all, commas_stand_between_values_only);
    tcase_add_test(all, strings_are_escaped);
    tcase_add_test(all, texts_are_joined_to_one_string);
    tcase_add_test(all, every_character_comes_back_through_the_reader);
    tcase_add_test(all, integers_are_exact_at_both_ends);
    tcase_add_test(all, an_absent_value_is_null);
    tcase_add_test(all, numbers_and_whole_values_pass_as_text);
    tcase_add_loop_test(all, timestamps_have_the_contracts_form, 0, 5);
    tcase_add_loop_test(all, another_form_of_timestamp_fails_the_whole_answer, 0, 9);
    tcase_add_test(all, what_does_not_fit_is_told_in_the_end);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
