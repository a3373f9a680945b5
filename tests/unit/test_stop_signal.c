/* A worker under full load never rests in a wait, and must notice all the same that it is to stop.
 */
#include <check.h>
#include <signal.h>

#include "../../src/api/stop_signal.h"
#include "run_suite.h"

START_TEST(a_signal_that_is_only_pending_counts)
{
    static const int signals[] = { SIGTERM, SIGINT };
    worker_take_signals();
    ck_assert(!stop_signal_came());
    ck_assert_int_eq(raise(SIGUSR1), 0);
    ck_assert_msg(!stop_signal_came(), "USR1 stops nobody");
    ck_assert_int_eq(raise(signals[_i]), 0);
    ck_assert(stop_signal_came());
}
END_TEST

static Suite *stop_signal_suite(void)
{
    TCase *tcase = tcase_create("stop signal");
    tcase_add_loop_test(tcase, a_signal_that_is_only_pending_counts, 0, 2);
    Suite *suite = suite_create("stop_signal");
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    return run_suite(stop_signal_suite());
}
