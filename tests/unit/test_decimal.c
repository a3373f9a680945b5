/* AC-53, AC-54: integers and prices are read exactly or refused, never rounded and never clipped.
 */
#include <inttypes.h>
#include <string.h>

#include "run_suite.h"
#include "stockpilot/text/decimal.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

START_TEST(integers_are_read_exactly)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {
        { "0", 0 },
        { "-0", 0 },
        { "7", 7 },
        { "-1", -1 },
        { "2147483648", INT64_C(2147483648) },
        { "9007199254740993", INT64_C(9007199254740993) }, /* 2^53 + 1 */
        { "9223372036854775807", INT64_MAX },
        { "-9223372036854775808", INT64_MIN },
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t value = 99;
        ck_assert_msg(decimal_parse_integer(good[i].text, strlen(good[i].text), &value), "%s",
                      good[i].text);
        ck_assert_int_eq(value, good[i].value);
    }
}
END_TEST

START_TEST(what_is_no_integer_is_refused_and_leaves_the_output_alone)
{
    static const char *const bad[] = { "",
                                       "-",
                                       "+1",
                                       "01",
                                       "-01",
                                       "00",
                                       "1.0",
                                       "1.5",
                                       "1e3",
                                       " 1",
                                       "1 ",
                                       "0x1",
                                       "1a",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "18446744073709551616",
                                       "99999999999999999999" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t value = 99;
        ck_assert_msg(!decimal_parse_integer(bad[i], strlen(bad[i]), &value), "%s", bad[i]);
        ck_assert_int_eq(value, 99);
    }
    int64_t value;
    ck_assert(decimal_parse_integer("123456", 3, &value));
    ck_assert_int_eq(value, 123);
}
END_TEST

static enum decimal_result parse(const char *text, unsigned scale, int64_t *scaled)
{
    return decimal_parse_scaled(text, strlen(text), scale, INT64_MIN, INT64_MAX, scaled);
}

START_TEST(several_integers_stand_on_a_line)
{
    static const char *const bad[] = { "",       "1",      "1 2",   "1 2 3 4", "1  2 3",
                                       " 1 2 3", "1 2 3 ", "1 2 x", "1\n2 3",  "1 2 03" };
    int64_t values[3];
    ck_assert(decimal_parse_integers("1 -2 9223372036854775807", values, 3));
    ck_assert_int_eq(values[0], 1);
    ck_assert_int_eq(values[1], -2);
    ck_assert_int_eq(values[2], INT64_MAX);
    ck_assert(decimal_parse_integers("4 5 6\n7 8 9\n", values, 3));
    ck_assert_int_eq(values[2], 6);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(!decimal_parse_integers(bad[i], values, 3), "%s", bad[i]);
    }
}
END_TEST

START_TEST(prices_are_exact)
{
    static const struct {
        const char *text;
        unsigned scale;
        int64_t value;
    } good[] = {
        { "19.99", 2, 1999 },
        { "1.500", 2, 150 },
        { "2e1", 2, 2000 },
        { "2E+1", 2, 2000 },
        { "1999e-2", 2, 1999 },
        { "0.1999e2", 2, 1999 },
        { "-0", 2, 0 },
        { "0.000", 2, 0 },
        { "0e999999999999999999999", 2, 0 },
        { "-19.99", 2, -1999 },
        { "0.05", 2, 5 },
        { "100", 0, 100 },
        { "1e18", 0, INT64_C(1000000000000000000) },
        { "0.000000000000000000000001e24", 0, 1 },
        { "1000000000000000000000000e-24", 0, 1 },
        { "92233720368547758.07", 2, INT64_MAX },
        { "-92233720368547758.08", 2, INT64_MIN },
        { "1.10000000000000000000000000000000000000000", 2, 110 },
        { "10.0100", 2, 1001 },
        { "100.00", 2, 10000 },
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t value = 99;
        ck_assert_msg(parse(good[i].text, good[i].scale, &value) == DECIMAL_OK, "%s", good[i].text);
        ck_assert_msg(value == good[i].value, "%s gave %" PRId64, good[i].text, value);
    }
}
END_TEST

START_TEST(what_is_no_price_is_told_apart)
{
    static const struct {
        const char *text;
        enum decimal_result result;
    } bad[] = {
        { "", DECIMAL_NOT_A_NUMBER },
        { "-", DECIMAL_NOT_A_NUMBER },
        { "01", DECIMAL_NOT_A_NUMBER },
        { "1.", DECIMAL_NOT_A_NUMBER },
        { ".5", DECIMAL_NOT_A_NUMBER },
        { "+1", DECIMAL_NOT_A_NUMBER },
        { "1e", DECIMAL_NOT_A_NUMBER },
        { "1e+", DECIMAL_NOT_A_NUMBER },
        { "1.2.3", DECIMAL_NOT_A_NUMBER },
        { "19,99", DECIMAL_NOT_A_NUMBER },
        { "1 ", DECIMAL_NOT_A_NUMBER },
        { "NaN", DECIMAL_NOT_A_NUMBER },
        { "1.005", DECIMAL_TOO_PRECISE },
        { "1e-3", DECIMAL_TOO_PRECISE },
        { "1e-99999999999999999999999", DECIMAL_TOO_PRECISE },
        { "0.001", DECIMAL_TOO_PRECISE },
        { "92233720368547758.08", DECIMAL_OUT_OF_RANGE },
        { "-92233720368547758.09", DECIMAL_OUT_OF_RANGE },
        { "1e17", DECIMAL_OUT_OF_RANGE },
        { "1e99999999999999999999999", DECIMAL_OUT_OF_RANGE },
        { "123456789012345678901234567890", DECIMAL_OUT_OF_RANGE },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t value = 99;
        ck_assert_msg(parse(bad[i].text, 2, &value) == bad[i].result, "%s", bad[i].text);
        ck_assert_int_eq(value, 99);
    }
}
END_TEST

START_TEST(the_range_is_inclusive)
{
    int64_t value = 99;
    ck_assert_int_eq(decimal_parse_scaled("1.00", 4, 2, 100, 200, &value), DECIMAL_OK);
    ck_assert_int_eq(decimal_parse_scaled("2.00", 4, 2, 100, 200, &value), DECIMAL_OK);
    ck_assert_int_eq(value, 200);
    ck_assert_int_eq(decimal_parse_scaled("0.99", 4, 2, 100, 200, &value), DECIMAL_OUT_OF_RANGE);
    ck_assert_int_eq(decimal_parse_scaled("2.01", 4, 2, 100, 200, &value), DECIMAL_OUT_OF_RANGE);
    ck_assert_int_eq(value, 200);
    ck_assert_int_eq(decimal_parse_scaled("0", 1, 2, 1, 200, &value), DECIMAL_OUT_OF_RANGE);
}
END_TEST

START_TEST(prices_are_written_as_they_were_read)
{
    static const struct {
        int64_t scaled;
        unsigned scale;
        const char *text;
    } rows[] = {
        { 1999, 2, "19.99" },
        { 5, 2, "0.05" },
        { -5, 2, "-0.05" },
        { 0, 2, "0.00" },
        { 42, 0, "42" },
        { -42, 0, "-42" },
        { INT64_MAX, 2, "92233720368547758.07" },
        { INT64_MIN, 2, "-92233720368547758.08" },
        { INT64_MIN, 18, "-9.223372036854775808" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[24];
        int64_t back;
        decimal_format(rows[i].scaled, rows[i].scale, text, sizeof text);
        ck_assert_str_eq(text, rows[i].text);
        ck_assert_int_eq(parse(text, rows[i].scale, &back), DECIMAL_OK);
        ck_assert_int_eq(back, rows[i].scaled);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decimal");
    TCase *all = tcase_create("decimal");
    tcase_add_test(all, integers_are_read_exactly);
    tcase_add_test(all, what_is_no_integer_is_refused_and_leaves_the_output_alone);
    tcase_add_test(all, several_integers_stand_on_a_line);
    tcase_add_test(all, prices_are_exact);
    tcase_add_test(all, what_is_no_price_is_told_apart);
    tcase_add_test(all, the_range_is_inclusive);
    tcase_add_test(all, prices_are_written_as_they_were_read);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
