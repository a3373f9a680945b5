/* Workers that end soon after their start are started ever more slowly, but always again; others at
 * once. */
#include "run_suite.h"
#include "stockpilot/pool/restart_pause.h"

#define MS INT64_C(1000)
#define LATER (INT64_C(1000000) * MS) /* a machine has been up for a while */

static struct restart_pause pause_of_now;
static int64_t now_us;

static void set_up(void)
{
    pause_of_now = (struct restart_pause){ 0 };
    now_us = LATER;
}

/* Of a worker that was started now and lives so long; then the time of its death. */
static void live_and_die(int64_t lived_ms)
{
    int64_t started_us = now_us;
    now_us += lived_ms * MS;
    restart_pause_note_death(&pause_of_now, started_us, now_us);
}

static int64_t pause_ms(void)
{
    int64_t left_us = pause_of_now.until_us - now_us;
    return left_us > 0 ? left_us / MS : 0;
}

/* The next worker is started as soon as it may be. */
static void wait_out_the_pause(void)
{
    if (pause_of_now.until_us > now_us) {
        now_us = pause_of_now.until_us;
    }
}

START_TEST(nobody_waits_before_a_death)
{
    ck_assert_int_eq(pause_ms(), 0);
    ck_assert_uint_eq(pause_of_now.quick_deaths, 0);
}
END_TEST

START_TEST(one_that_had_lived_for_a_while_is_replaced_at_once)
{
    live_and_die(RESTART_CALM_MS);
    ck_assert_int_eq(pause_ms(), 0);
    ck_assert_uint_eq(pause_of_now.quick_deaths, 0);
    live_and_die(INT64_C(86400000) * 400);
    ck_assert_int_eq(pause_ms(), 0);
}
END_TEST

START_TEST(a_quick_death_brings_a_pause)
{
    static const int64_t lived_ms[] = { 0, 1, 20, RESTART_CALM_MS - 1 };
    live_and_die(lived_ms[_i]);
    ck_assert_int_eq(pause_ms(), RESTART_PAUSE_FIRST_MS);
    ck_assert_uint_eq(pause_of_now.quick_deaths, 1);
}
END_TEST

START_TEST(each_further_quick_death_doubles_it_up_to_the_longest)
{
    int64_t expected_ms = RESTART_PAUSE_FIRST_MS;
    for (uint32_t deaths = 1; deaths <= 200; deaths++) {
        live_and_die(15);
        ck_assert_int_eq(pause_ms(), expected_ms);
        ck_assert_uint_eq(pause_of_now.quick_deaths, deaths);
        expected_ms *= 2;
        if (expected_ms > RESTART_PAUSE_MAX_MS) {
            expected_ms = RESTART_PAUSE_MAX_MS;
        }
        wait_out_the_pause();
        now_us += 3 * MS; /* whoever starts it may be late */
    }
    ck_assert_int_eq(expected_ms, RESTART_PAUSE_MAX_MS);
}
END_TEST

START_TEST(there_is_no_giving_up)
{
    for (int i = 0; i < 5000; i++) {
        live_and_die(0);
        ck_assert_int_gt(pause_ms(), 0);
        ck_assert_int_le(pause_ms(), RESTART_PAUSE_MAX_MS);
        wait_out_the_pause();
        now_us++;
    }
}
END_TEST

START_TEST(workers_that_end_together_count_once)
{
    int64_t started_us = now_us;
    for (int64_t after_ms = 20; after_ms < 60; after_ms += 5) {
        restart_pause_note_death(&pause_of_now, started_us, started_us + after_ms * MS);
    }
    ck_assert_uint_eq(pause_of_now.quick_deaths, 1);
    ck_assert_int_eq(pause_of_now.until_us, started_us + (20 + RESTART_PAUSE_FIRST_MS) * MS);
    /* Nor those that were started one after the other, and before the first of them died. */
    restart_pause_note_death(&pause_of_now, started_us + 10 * MS, started_us + 90 * MS);
    restart_pause_note_death(&pause_of_now, started_us + 20 * MS, started_us + 95 * MS);
    ck_assert_uint_eq(pause_of_now.quick_deaths, 1);
    /* Those that come after the pause are the next misfortune, and again one. */
    now_us = pause_of_now.until_us;
    for (int64_t after_ms = 20; after_ms < 60; after_ms += 5) {
        restart_pause_note_death(&pause_of_now, now_us, now_us + after_ms * MS);
    }
    ck_assert_uint_eq(pause_of_now.quick_deaths, 2);
    ck_assert_int_eq(pause_of_now.until_us, now_us + (20 + 2 * RESTART_PAUSE_FIRST_MS) * MS);
}
END_TEST

START_TEST(calm_takes_it_back)
{
    for (int i = 0; i < 6; i++) {
        live_and_die(5);
        wait_out_the_pause();
        now_us++;
    }
    live_and_die(5);
    ck_assert_int_gt(pause_ms(), RESTART_PAUSE_FIRST_MS);
    restart_pause_end(&pause_of_now);
    ck_assert_int_eq(pause_ms(), 0);
    ck_assert_uint_eq(pause_of_now.quick_deaths, 0);
    live_and_die(5);
    ck_assert_int_eq(pause_ms(), RESTART_PAUSE_FIRST_MS);
    ck_assert_uint_eq(pause_of_now.quick_deaths, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("restart_pause");
    TCase *tcase = tcase_create("restart pause");
    tcase_add_checked_fixture(tcase, set_up, NULL);
    tcase_add_test(tcase, nobody_waits_before_a_death);
    tcase_add_test(tcase, one_that_had_lived_for_a_while_is_replaced_at_once);
    tcase_add_loop_test(tcase, a_quick_death_brings_a_pause, 0, 4);
    tcase_add_test(tcase, each_further_quick_death_doubles_it_up_to_the_longest);
    tcase_add_test(tcase, there_is_no_giving_up);
    tcase_add_test(tcase, workers_that_end_together_count_once);
    tcase_add_test(tcase, calm_takes_it_back);
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
