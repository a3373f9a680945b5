#include <check.h>

#include "run_suite.h"
#include "stockpilot/auth/principal.h"

#define NOW 1700000000
#define HALF_AN_HOUR 1800

START_TEST(somebody_is_noted_at_first_and_each_half_hour)
{
    struct principal principal = { .role = ROLE_STAFF };
    ck_assert(principal_is_to_be_noted(&principal, NOW));
    principal.noted_at = NOW;
    ck_assert(!principal_is_to_be_noted(&principal, NOW));
    ck_assert(!principal_is_to_be_noted(&principal, NOW + HALF_AN_HOUR - 1));
    ck_assert(principal_is_to_be_noted(&principal, NOW + HALF_AN_HOUR));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("principal");
    tcase_add_test(tcase, somebody_is_noted_at_first_and_each_half_hour);
    Suite *suite = suite_create("principal");
    suite_add_tcase(suite, tcase);
    return run_suite(suite);
}
