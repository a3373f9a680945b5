/* Deadlines never give poll(2) a negative timeout, and time stamps have one fixed shape. */
#include <limits.h>
#include <string.h>
#include <time.h>

#include "run_suite.h"
#include "stockpilot/clock/clock.h"

START_TEST(the_monotonic_clock_does_not_go_back)
{
    int64_t before = clock_monotonic_us();
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic_us();
        ck_assert_int_ge(now, before);
        before = now;
    }
    ck_assert_int_ge(clock_monotonic_ms(), before / 1000);
}
END_TEST

START_TEST(the_wall_clock_is_the_systems)
{
    time_t before = time(NULL);
    int64_t now = clock_wall_seconds();
    /* time() may lag by the kernel's tick. */
    ck_assert_int_ge(now, before);
    ck_assert_int_le(now, time(NULL) + 1);
}
END_TEST

START_TEST(a_deadline_counts_down_to_zero_and_stays_there)
{
    struct deadline future = deadline_after_ms(60000);
    ck_assert(!deadline_passed(future));
    ck_assert_int_gt(deadline_left_ms(future), 50000);
    ck_assert_int_le(deadline_left_ms(future), 60000);
    struct deadline past = deadline_after_ms(-1);
    ck_assert(deadline_passed(past));
    ck_assert_int_eq(deadline_left_ms(past), 0);
    ck_assert(deadline_passed(deadline_after_ms(0)));
}
END_TEST

START_TEST(of_two_deadlines_the_earlier_counts)
{
    const struct deadline one = { 1000 };
    const struct deadline other = { 2000 };
    ck_assert_int_eq(deadline_earlier(one, other).at_ms, 1000);
    ck_assert_int_eq(deadline_earlier(other, one).at_ms, 1000);
}
END_TEST

START_TEST(a_far_deadline_fits_poll)
{
    ck_assert_int_eq(deadline_left_ms(deadline_after_ms(INT64_C(1) << 40)), INT_MAX);
}
END_TEST

START_TEST(a_time_stamp_has_the_shape_of_the_contract)
{
    static const char shape[] = "9999-99-99T99:99:99.999Z";
    char text[CLOCK_TIMESTAMP_SIZE];
    clock_timestamp(text, sizeof text);
    ck_assert_uint_eq(strlen(text), sizeof shape - 1);
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        ck_assert(shape[i] == '9' ? digit : text[i] == shape[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clock");
    TCase *all = tcase_create("clock");
    tcase_add_test(all, the_monotonic_clock_does_not_go_back);
    tcase_add_test(all, the_wall_clock_is_the_systems);
    tcase_add_test(all, a_deadline_counts_down_to_zero_and_stays_there);
    tcase_add_test(all, of_two_deadlines_the_earlier_counts);
    tcase_add_test(all, a_far_deadline_fits_poll);
    tcase_add_test(all, a_time_stamp_has_the_shape_of_the_contract);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
