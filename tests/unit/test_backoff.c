/* Pauses between tries double up to a longest one, and are drawn anywhere below. */
#include "../../src/notifier/backoff.h"
#include "run_suite.h"

static const struct backoff usual = { 1000, 300000 };

START_TEST(the_bound_doubles_with_each_failure)
{
    ck_assert_int_eq(backoff_bound_ms(&usual, 1), 1000);
    ck_assert_int_eq(backoff_bound_ms(&usual, 2), 2000);
    ck_assert_int_eq(backoff_bound_ms(&usual, 9), 256000);
}
END_TEST

START_TEST(up_to_the_longest_for_as_long_as_it_takes)
{
    ck_assert_int_eq(backoff_bound_ms(&usual, 10), 300000);
    ck_assert_int_eq(backoff_bound_ms(&usual, 64), 300000);
    ck_assert_int_eq(backoff_bound_ms(&usual, 2000000000), 300000);
}
END_TEST

START_TEST(a_first_bound_above_the_longest_is_cut)
{
    const struct backoff odd = { 5000, 100 };
    ck_assert_int_eq(backoff_bound_ms(&odd, 1), 100);
}
END_TEST

START_TEST(who_has_not_failed_yet_waits_no_longer_than_after_the_first)
{
    ck_assert_int_eq(backoff_bound_ms(&usual, 0), 1000);
}
END_TEST

/* Full jitter: each quarter of the range is drawn about as often. */
START_TEST(pauses_are_drawn_from_all_of_it)
{
    int quarters[4] = { 0 };
    srandom(1);
    for (int i = 0; i < 4000; i++) {
        int64_t pause = backoff_pause_ms(&usual, 3);
        ck_assert_int_ge(pause, 0);
        ck_assert_int_le(pause, 4000);
        quarters[pause / 1001]++;
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_gt(quarters[i], 850);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backoff");
    TCase *cases = tcase_create("backoff");
    tcase_add_test(cases, the_bound_doubles_with_each_failure);
    tcase_add_test(cases, up_to_the_longest_for_as_long_as_it_takes);
    tcase_add_test(cases, a_first_bound_above_the_longest_is_cut);
    tcase_add_test(cases, who_has_not_failed_yet_waits_no_longer_than_after_the_first);
    tcase_add_test(cases, pauses_are_drawn_from_all_of_it);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}
