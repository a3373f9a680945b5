/* RFC 4180, read strictly. */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/text/csv_read.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char room[64];
static const char *fields[4];
static size_t count;
static struct csv_reader reader;

static enum csv_result next(void)
{
    return csv_read_row(&reader, room, sizeof room, fields, COUNT(fields), &count);
}

static void assert_row(size_t line, size_t expected, const char *const *texts)
{
    ck_assert_int_eq(next(), CSV_ROW);
    ck_assert_uint_eq(reader.line, line);
    ck_assert_uint_eq(count, expected);
    for (size_t i = 0; i < expected; i++) {
        ck_assert_str_eq(fields[i], texts[i]);
    }
}

#define ASSERT_ROW(line, ...)                                                                      \
    assert_row(line, COUNT(((const char *const[]){ __VA_ARGS__ })),                                \
               (const char *const[]){ __VA_ARGS__ })

static void begin(const char *text, size_t length)
{
    csv_reader_init(&reader, text, length);
}

START_TEST(rows_and_fields)
{
    static const char text[] =
        "a,b,\r\n\"1,5\",\"say \"\"hi\"\"\",x y\n\n\"two\r\nlines\",\"\",\r\n"
        ",,,\nlast";
    begin(text, sizeof text - 1);
    ASSERT_ROW(1, "a", "b", "");
    ASSERT_ROW(2, "1,5", "say \"hi\"", "x y");
    ASSERT_ROW(3, "");
    ASSERT_ROW(4, "two\r\nlines", "", "");
    ASSERT_ROW(6, "", "", "", "");
    ASSERT_ROW(7, "last");
    ck_assert_int_eq(next(), CSV_END);
    ck_assert_int_eq(next(), CSV_END);
}
END_TEST

START_TEST(a_byte_order_mark_is_skipped_once)
{
    begin("\xef\xbb\xbf\"a\"\n", 7);
    ASSERT_ROW(1, "a");
    ck_assert_int_eq(next(), CSV_END);
    begin("\xef\xbb\xbf", 3);
    ck_assert_int_eq(next(), CSV_END);
    begin("\xef\xbb\xbf\xef\xbb\xbf", 6);
    ASSERT_ROW(1, "\xef\xbb\xbf");
    begin("", 0);
    ck_assert_int_eq(next(), CSV_END);
}
END_TEST

START_TEST(what_could_be_read_in_two_ways_is_broken)
{
    static const struct {
        const char *text;
        size_t length;
    } broken[] = {
        { "a\"b", 3 },     { "\"a\"b", 4 },  { "\"a", 2 },  { "\"a\"\"", 4 }, { "a\rb", 3 },
        { "a\r", 2 },      { "\"a\"\r", 4 }, { "a\0b", 3 }, { "\"\0\"", 3 },  { "a,\"", 3 },
        { "\"a\" ,b", 6 }, { " \"a\"", 4 },  { "\0", 1 },
    };
    for (size_t i = 0; i < COUNT(broken); i++) {
        begin(broken[i].text, broken[i].length);
        ck_assert_msg(next() == CSV_BROKEN, "%s", broken[i].text);
    }
}
END_TEST

START_TEST(a_row_is_never_cut)
{
    char text[80];
    memset(text, 'x', sizeof text);
    begin(text, 63);
    ck_assert_int_eq(next(), CSV_ROW);
    begin(text, 64);
    ck_assert_int_eq(next(), CSV_TOO_LONG);
    text[0] = text[65] = '"';
    begin(text, 66);
    ck_assert_int_eq(next(), CSV_TOO_LONG);
    begin("1,2,3,4", 7);
    ck_assert_int_eq(next(), CSV_ROW);
    begin("1,2,3,4,", 8);
    ck_assert_int_eq(next(), CSV_TOO_LONG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_read");
    TCase *cases = tcase_create("csv_read");
    tcase_add_test(cases, rows_and_fields);
    tcase_add_test(cases, a_byte_order_mark_is_skipped_once);
    tcase_add_test(cases, what_could_be_read_in_two_ways_is_broken);
    tcase_add_test(cases, a_row_is_never_cut);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
