/* Entity tags, If-None-Match and If-Match. */
#include <string.h>

#include "run_suite.h"
#include "stockpilot/http/conditional.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char etag[ETAG_SIZE];
static struct error error;

static void begin(void)
{
    error_reset(&error);
}

START_TEST(a_tag_follows_the_body_and_the_version)
{
    char other[ETAG_SIZE];
    etag_make(etag, 7, "body", 4);
    etag_make(other, 7, "body", 4);
    ck_assert_str_eq(etag, other);
    ck_assert_uint_eq(strlen(etag), 20);
    ck_assert_int_eq(memcmp(etag, "\"7.", 3), 0);
    ck_assert_int_eq(etag[19], '"');
    etag_make(other, 7, "bodz", 4);
    ck_assert_str_ne(etag, other);
    etag_make(other, 8, "body", 4);
    ck_assert_str_ne(etag, other);
    etag_make(other, -1, "body", 4);
    ck_assert_uint_eq(strlen(other), 18);
    ck_assert_ptr_null(strchr(other, '.'));
    etag_make(other, INT64_MAX, "", 0);
    ck_assert_uint_eq(strlen(other), 38);
}
END_TEST

START_TEST(if_none_match_finds_the_tag)
{
    static const char *const yes[] = { "\"7.ab\"",    "W/\"7.ab\"",      "*",
                                       " * ",         "\"x\", \"7.ab\"", "\"x\",W/\"7.ab\",\"y\"",
                                       ", ,\"7.ab\"", "\"7.ab\" ,",      "\"a,b\", \"7.ab\"" };
    static const char *const no[] = { "",         "\"7.a\"",        "\"7.abc\"", "7.ab",
                                      "\"7.ab",   "w/\"7.ab\"",     "\"8.ab\"",  "**",
                                      "*, \"x\"", "\"x\" \"7.ab\"", "\"\"",      "\"7.AB\"" };
    for (size_t i = 0; i < COUNT(yes); i++) {
        ck_assert_msg(etag_none_match(yes[i], "\"7.ab\""), "%s", yes[i]);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        ck_assert_msg(!etag_none_match(no[i], "\"7.ab\""), "%s", no[i]);
    }
    ck_assert(!etag_none_match(NULL, "\"7.ab\""));
}
END_TEST

START_TEST(if_match_names_one_version)
{
    static const struct {
        const char *header;
        int64_t version;
    } good[] = { { "*", -1 },
                 { "\"7.9c2f41aa0b3d5e17\"", 7 },
                 { "W/\"7.9c2f41aa0b3d5e17\"", 7 }, /* as nginx makes it when it compresses */
                 { " \"0.a\" ", 0 },
                 { "\"9223372036854775807.a\",", INT64_MAX } };
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t version = 99;
        ck_assert_msg(if_match_version(good[i].header, &version, &error) == ERROR_NONE, "%s",
                      good[i].header);
        ck_assert_int_eq(version, good[i].version);
    }
}
END_TEST

START_TEST(a_tag_of_our_own_comes_back)
{
    int64_t version;
    etag_make(etag, 42, "{}", 2);
    ck_assert_int_eq(if_match_version(etag, &version, &error), ERROR_NONE);
    ck_assert_int_eq(version, 42);
    ck_assert(etag_none_match(etag, etag));
}
END_TEST

START_TEST(if_match_that_cannot_hold_is_stale)
{
    static const char *const stale[] = { "\"7.a\", \"8.a\"",
                                         "\"7.a\",\"7.a\"",
                                         "\"abc\"",
                                         "\"-1.a\"",
                                         "\"07.a\"",
                                         "\"\"",
                                         "\"7\"",
                                         "\".a\"",
                                         "\"9223372036854775808.a\"" };
    for (size_t i = 0; i < COUNT(stale); i++) {
        int64_t version = 99;
        ck_assert_msg(if_match_version(stale[i], &version, &error) == ERROR_STALE, "%s", stale[i]);
        ck_assert_int_eq(version, 99);
    }
}
END_TEST

START_TEST(if_match_that_cannot_be_read_is_malformed)
{
    static const char *const bad[] = { "",          " ",     ",",         "7.a",
                                       "\"7.a",     "7",     "*\"7.a\"",  "\"7 .a\"",
                                       "\"7.a\" x", "'7.a'", "w/\"7.a\"", "\"7.a\"\"8.a\"" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t version = 99;
        ck_assert_msg(if_match_version(bad[i], &version, &error) == ERROR_MALFORMED, "%s", bad[i]);
        ck_assert_int_eq(version, 99);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conditional");
    TCase *all = tcase_create("conditional");
    tcase_add_checked_fixture(all, begin, NULL);
    tcase_add_test(all, a_tag_follows_the_body_and_the_version);
    tcase_add_test(all, if_none_match_finds_the_tag);
    tcase_add_test(all, if_match_names_one_version);
    tcase_add_test(all, a_tag_of_our_own_comes_back);
    tcase_add_test(all, if_match_that_cannot_hold_is_stale);
    tcase_add_test(all, if_match_that_cannot_be_read_is_malformed);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
