/* A pool grows quickly once all are busy and have come, shrinks slowly, and keeps to its limits. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "run_suite.h"
#include "stockpilot/pool/scaling.h"

#define ALL_BUSY 100
#define ALL_IDLE 0
#define CALM_INTERVALS (SCALING_CALM_MS / SCALING_INTERVAL_MS)

static struct scaling scaling;

static void begin(unsigned minimum, unsigned maximum, unsigned wanted)
{
    scaling = (struct scaling){ .wanted = wanted };
    scaling_limit(&scaling, minimum, maximum);
}

/* All that are wanted are there. */
static void pass(unsigned intervals, unsigned busy_percent)
{
    for (unsigned i = 0; i < intervals; i++) {
        scaling_note(&scaling, scaling.wanted, busy_percent);
    }
}

/* Until the number changes, at most so many. */
static unsigned intervals_until_change(unsigned most, unsigned busy_percent)
{
    unsigned before = scaling.wanted;
    unsigned passed = 0;
    while (passed < most && scaling.wanted == before) {
        pass(1, busy_percent);
        passed++;
    }
    return passed;
}

START_TEST(wanted_goes_with_the_limits)
{
    begin(2, 8, 0);
    ck_assert_uint_eq(scaling.wanted, 2);
    scaling_limit(&scaling, 4, 6);
    ck_assert_uint_eq(scaling.wanted, 4);
    scaling_limit(&scaling, 3, 6);
    ck_assert_uint_eq(scaling.wanted, 4);
    scaling_limit(&scaling, 1, 3);
    ck_assert_uint_eq(scaling.wanted, 3);
    scaling_limit(&scaling, 5, 5);
    ck_assert_uint_eq(scaling.wanted, 5);
    ck_assert_uint_eq(scaling.minimum, 5);
    ck_assert_uint_eq(scaling.maximum, 5);
}
END_TEST

START_TEST(all_busy_twice_in_a_row_brings_half_as_many_again)
{
    static const unsigned numbers[][2] = { { 1, 2 }, { 2, 3 }, { 3, 5 }, { 4, 6 }, { 10, 15 } };
    begin(1, 64, numbers[_i][0]);
    pass(1, ALL_BUSY);
    ck_assert_msg(scaling.wanted == numbers[_i][0], "once is not enough");
    pass(1, ALL_BUSY);
    ck_assert_uint_eq(scaling.wanted, numbers[_i][1]);
    pass(1, ALL_BUSY);
    ck_assert_msg(scaling.wanted == numbers[_i][1], "the next growth needs two of its own");
    pass(1, ALL_BUSY);
    ck_assert_uint_gt(scaling.wanted, numbers[_i][1]);
}
END_TEST

START_TEST(it_must_be_in_a_row_and_all_of_them)
{
    begin(1, 64, 4);
    for (int i = 0; i < 50; i++) {
        pass(1, ALL_BUSY);
        pass(1, 60);
    }
    ck_assert_uint_eq(scaling.wanted, 4);
    pass(1000, 75); /* three of four */
    ck_assert_uint_eq(scaling.wanted, 4);
}
END_TEST

START_TEST(new_limits_begin_a_new_count)
{
    begin(1, 64, 4);
    pass(1, ALL_BUSY);
    scaling_limit(&scaling, 2, 64);
    pass(1, ALL_BUSY);
    ck_assert_uint_eq(scaling.wanted, 4);
    begin(1, 64, 4);
    pass(CALM_INTERVALS - 1, ALL_IDLE);
    scaling_limit(&scaling, 2, 64);
    pass(1, ALL_IDLE);
    ck_assert_uint_eq(scaling.wanted, 4);
}
END_TEST

START_TEST(those_asked_for_must_have_come_before_more_are)
{
    begin(1, 64, 4);
    pass(2, ALL_BUSY);
    ck_assert_uint_eq(scaling.wanted, 6);
    for (unsigned serving = 4; serving < 6; serving++) {
        for (int i = 0; i < 100; i++) {
            scaling_note(&scaling, serving, ALL_BUSY);
        }
        ck_assert_uint_eq(scaling.wanted, 6);
    }
    pass(2, ALL_BUSY);
    ck_assert_uint_eq(scaling.wanted, 9);
}
END_TEST

START_TEST(it_never_grows_above_the_maximum)
{
    begin(1, 7, 1);
    for (int i = 0; i < 100; i++) {
        pass(1, ALL_BUSY);
        ck_assert_uint_le(scaling.wanted, 7);
    }
    ck_assert_uint_eq(scaling.wanted, 7);
}
END_TEST

START_TEST(it_never_shrinks_below_the_minimum)
{
    begin(3, 8, 8);
    for (unsigned i = 0; i < 20 * CALM_INTERVALS; i++) {
        pass(1, ALL_IDLE);
        ck_assert_uint_ge(scaling.wanted, 3);
    }
    ck_assert_uint_eq(scaling.wanted, 3);
    begin(1, 8, 8);
    pass(20 * CALM_INTERVALS, ALL_IDLE);
    ck_assert_uint_eq(scaling.wanted, 1);
}
END_TEST

START_TEST(a_fixed_number_stays)
{
    begin(4, 4, 4);
    pass(50, ALL_BUSY);
    ck_assert_uint_eq(scaling.wanted, 4);
    pass(20 * CALM_INTERVALS, ALL_IDLE);
    ck_assert_uint_eq(scaling.wanted, 4);
}
END_TEST

START_TEST(one_fewer_goes_after_the_calm_and_no_sooner)
{
    begin(1, 8, 8);
    ck_assert_uint_eq(intervals_until_change(10 * CALM_INTERVALS, ALL_IDLE), CALM_INTERVALS);
    ck_assert_uint_eq(scaling.wanted, 7);
    for (unsigned wanted = 6; wanted >= 1; wanted--) {
        unsigned passed = intervals_until_change(10 * CALM_INTERVALS, ALL_IDLE);
        ck_assert_uint_ge(passed, CALM_INTERVALS / 2);
        ck_assert_uint_le(passed, CALM_INTERVALS);
        ck_assert_uint_eq(scaling.wanted, wanted);
    }
}
END_TEST

START_TEST(the_calm_must_be_in_a_row)
{
    begin(1, 8, 8);
    for (int i = 0; i < 10; i++) {
        pass(CALM_INTERVALS - 1, ALL_IDLE);
        pass(1, 60);
    }
    ck_assert_uint_eq(scaling.wanted, 8);
    pass(CALM_INTERVALS - 1, ALL_IDLE);
    pass(1, ALL_BUSY);
    pass(CALM_INTERVALS - 1, ALL_IDLE);
    ck_assert_uint_eq(scaling.wanted, 8);
}
END_TEST

/* Of n workers that are busy for p % of their time, n - 1 would be for p * n / (n - 1). */
START_TEST(one_fewer_goes_only_if_the_others_would_still_be_idle_half_of_the_time)
{
    static const struct {
        unsigned workers, busy_percent;
        bool goes;
    } cases[] = { { 2, 24, true },  { 2, 26, false }, { 3, 33, true },  { 3, 34, false },
                  { 4, 37, true },  { 4, 38, false }, { 10, 44, true }, { 10, 46, false },
                  { 64, 49, true }, { 64, 50, false } };
    begin(1, 64, cases[_i].workers);
    pass(CALM_INTERVALS, cases[_i].busy_percent);
    ck_assert_uint_eq(scaling.wanted, cases[_i].workers - cases[_i].goes);
}
END_TEST

/* Whatever it is told: some that drain still count as serving, or there are none. */
START_TEST(it_keeps_to_its_limits_whatever_happens)
{
    unsigned least = 5, most = 5;
    srandom((unsigned)_i);
    begin(2, 9, 5);
    for (int i = 0; i < 5000; i++) {
        long way = random() % 3;
        unsigned busy = way == 0 ? ALL_BUSY : way == 1 ? ALL_IDLE : (unsigned)(random() % 101);
        for (long n = random() % (2 * CALM_INTERVALS); n >= 0; n--) {
            unsigned serving = (unsigned)(random() % 20);
            scaling_note(&scaling, busy == ALL_IDLE ? serving + 2 : serving, busy);
            least = scaling.wanted < least ? scaling.wanted : least;
            most = scaling.wanted > most ? scaling.wanted : most;
        }
    }
    ck_assert_msg(least == 2 && most == 9, "it was from %u to %u", least, most);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scaling");
    TCase *tcase = tcase_create("scaling");
    tcase_add_test(tcase, wanted_goes_with_the_limits);
    tcase_add_loop_test(tcase, all_busy_twice_in_a_row_brings_half_as_many_again, 0, 5);
    tcase_add_test(tcase, it_must_be_in_a_row_and_all_of_them);
    tcase_add_test(tcase, new_limits_begin_a_new_count);
    tcase_add_test(tcase, those_asked_for_must_have_come_before_more_are);
    tcase_add_test(tcase, it_never_grows_above_the_maximum);
    tcase_add_test(tcase, it_never_shrinks_below_the_minimum);
    tcase_add_test(tcase, a_fixed_number_stays);
    tcase_add_test(tcase, one_fewer_goes_after_the_calm_and_no_sooner);
    tcase_add_test(tcase, the_calm_must_be_in_a_row);
    tcase_add_loop_test(
        tcase, one_fewer_goes_only_if_the_others_would_still_be_idle_half_of_the_time, 0, 10);
    tcase_add_loop_test(tcase, it_keeps_to_its_limits_whatever_happens, 1, 4);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
