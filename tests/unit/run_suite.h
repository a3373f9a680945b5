/* run_suite.h - the end of every unit test's main(). */
#ifndef STOCKPILOT_TESTS_RUN_SUITE_H
#define STOCKPILOT_TESTS_RUN_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Runs the suite, frees it and gives main() its result. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
