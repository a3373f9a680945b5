/* Days and instants that clients write: what is none never reaches PostgreSQL. */
#include "run_suite.h"
#include "stockpilot/text/iso8601.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const days[] = {
    "2023-11-23", "1900-01-01", "9999-12-31", "2024-02-29", "2000-02-29", "2023-02-28",
    "2023-01-31", "2023-03-31", "2023-04-30", "2023-05-31", "2023-06-30", "2023-07-31",
    "2023-08-31", "2023-09-30", "2023-10-31", "2023-11-30", "2023-12-31",
};

static const char *const no_days[] = {
    "",
    "2023",
    "2023-11",
    "2023-11-2",
    "2023-11-",
    "1899-12-31",
    "0000-01-01",
    "2023-00-10",
    "2023-13-01",
    "2023-11-00",
    "2023-02-29",
    "2100-02-29",
    "1900-02-29",
    "2024-02-30",
    "2023-01-32",
    "2023-04-31",
    "2023-06-31",
    "2023-09-31",
    "2023-11-31",
    "23-11-23",
    "2023-1-23",
    "2023/11/23",
    "20231123",
    "2023-11-23 ",
    " 2023-11-23",
    "+2023-11-23",
    "12023-11-23",
    "2023-11-23x",
    "today",
    "infinity",
    "2023-11-2\xd9\xa3",
    "2023-1a-01",
    "2o23-11-23",
};

START_TEST(a_day_is_one_of_the_calendar)
{
    for (size_t i = 0; i < COUNT(days); i++) {
        ck_assert_msg(iso8601_is_day(days[i]), "%s", days[i]);
    }
    for (size_t i = 0; i < COUNT(no_days); i++) {
        ck_assert_msg(!iso8601_is_day(no_days[i]), "%s", no_days[i]);
        ck_assert_msg(!iso8601_names_day(no_days[i]), "%s", no_days[i]);
        ck_assert_msg(!iso8601_is_instant(no_days[i]), "%s", no_days[i]);
    }
}
END_TEST

START_TEST(a_day_may_be_named_by_its_midnight_as_our_answers_do)
{
    static const char *const other[] = {
        "2023-11-23T00:00:00Z",      "2023-11-23T00:00:00.001Z",
        "2023-11-23T00:00:00.000",   "2023-11-23T01:00:00.000Z",
        "2023-11-23T00:00:00.000Z ", "2023-11-23T00:00:00.000+00:00",
        "2023-11-23 00:00:00.000Z",  "2023-11-23T",
        "2023-02-29T00:00:00.000Z"
    };
    ck_assert(iso8601_names_day("2024-02-29T00:00:00.000Z"));
    ck_assert(!iso8601_is_day("2024-02-29T00:00:00.000Z"));
    for (size_t i = 0; i < COUNT(days); i++) {
        ck_assert_msg(iso8601_names_day(days[i]), "%s", days[i]);
    }
    for (size_t i = 0; i < COUNT(other); i++) {
        ck_assert_msg(!iso8601_names_day(other[i]), "%s", other[i]);
    }
}
END_TEST

START_TEST(an_instant_has_a_time_and_says_of_which_zone)
{
    static const char *const good[] = {
        "2023-11-23T11:54:21Z",        "2023-11-23T00:00:00Z",
        "2023-11-23T23:59:59Z",        "2023-11-23T11:54:21.1Z",
        "2023-11-23T11:54:21.123456Z", "2023-11-23T11:54:21+01:00",
        "2023-11-23T11:54:21-03:30",   "2023-11-23T11:54:21+14:00",
        "2023-11-23T11:54:21-14:59",   "2024-02-29T11:54:21.000+00:00",
        "1900-01-01T00:00:00Z",        "9999-12-31T23:59:59.999999Z",
    };
    for (size_t i = 0; i < COUNT(good); i++) {
        ck_assert_msg(iso8601_is_instant(good[i]), "%s", good[i]);
    }
}
END_TEST

START_TEST(what_is_no_instant_is_refused)
{
    static const char *const bad[] = {
        "2023-11-23",
        "2023-11-23T",
        "2023-11-23T11",
        "2023-11-23T11:54",
        "2023-11-23T11:54Z",
        "2023-11-23T11:54:21",
        "2023-11-23 11:54:21Z",
        "2023-11-23t11:54:21Z",
        "2023-11-23T11:54:21z",
        "2023-11-23T24:00:00Z",
        "2023-11-23T11:60:00Z",
        "2023-11-23T23:59:60Z",
        "2023-11-23T1:54:21Z",
        "2023-11-23T11:54:21.Z",
        "2023-11-23T11:54:21.1234567Z",
        "2023-11-23T11:54:21,5Z",
        "2023-11-23T11:54:21.5",
        "2023-11-23T11:54:21ZZ",
        "2023-11-23T11:54:21Z ",
        "2023-11-23T11:54:21+1:00",
        "2023-11-23T11:54:21+01",
        "2023-11-23T11:54:21+0100",
        "2023-11-23T11:54:21+01:00:00",
        "2023-11-23T11:54:21+15:00",
        "2023-11-23T11:54:21+01:60",
        "2023-11-23T11:54:21 +01:00",
        "2023-11-23T11:54:21+",
        "2023-11-23T11:54:21-a1:00",
        "2023-02-29T11:54:21Z",
        "1899-12-31T23:59:59Z",
        "now",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(!iso8601_is_instant(bad[i]), "%s", bad[i]);
    }
}
END_TEST

START_TEST(an_instant_is_counted_in_seconds_of_utc)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "1969-12-31T23:59:59Z", -1 },
        { "2024-02-29T12:34:56.999Z", 1709210096 },
        { "2024-02-29T13:34:56+01:00", 1709210096 },
        { "2024-02-29T09:04:56.5-03:30", 1709210096 },
        { "2100-01-01T00:00:00Z", 4102444800 },
    };
    int64_t seconds = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(iso8601_seconds(cases[i].text, &seconds), "%s", cases[i].text);
        ck_assert_int_eq(seconds, cases[i].seconds);
    }
    ck_assert(!iso8601_seconds("2024-02-30T12:34:56Z", &seconds));
    ck_assert_int_eq(seconds, 4102444800);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("iso8601");
    TCase *all = tcase_create("iso8601");
    tcase_add_test(all, a_day_is_one_of_the_calendar);
    tcase_add_test(all, a_day_may_be_named_by_its_midnight_as_our_answers_do);
    tcase_add_test(all, an_instant_has_a_time_and_says_of_which_zone);
    tcase_add_test(all, what_is_no_instant_is_refused);
    tcase_add_test(all, an_instant_is_counted_in_seconds_of_utc);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
