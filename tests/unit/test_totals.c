/* What has happened between two moments: sums, growth, and the time within which a share of the
 * requests was answered. */
#include <stdlib.h>

#include "run_suite.h"
#include "stockpilot/error/error.h"
#include "stockpilot/metrics/totals.h"

static const char *const except[] = { "/healthz", "/metrics", NULL };

static struct metrics *metrics;

static void set_up(void)
{
    metrics = calloc(1, sizeof *metrics);
    ck_assert_ptr_nonnull(metrics);
    ck_assert_int_eq(metrics_prepare(metrics), 0);
    metrics_use(metrics);
}

static void tear_down(void)
{
    metrics_use(NULL);
    free(metrics);
}

static void request(const char *pattern, int status, int64_t duration_us)
{
    metrics_request(pattern != NULL ? metrics_route("GET", pattern) : 0, status, duration_us);
}

static struct metrics_totals look(void)
{
    struct metrics_totals totals;
    metrics_add_up(metrics, except, &totals);
    return totals;
}

START_TEST(all_requests_count_but_those_of_machines)
{
    request("/products", 200, 400);
    request("/products", 503, 400);
    request("/sales", 500, 9000000);
    request(NULL, 404, 400);
    request("/healthz", 503, 400);
    request("/metrics", 200, 400);
    const struct metrics_totals totals = look();
    ck_assert_uint_eq(metrics_request_count(&totals), 4);
    ck_assert_uint_eq(totals.errors, 2);
    ck_assert_uint_eq(totals.durations[0], 3);
    ck_assert_uint_eq(totals.durations[METRICS_BOUNDS], 1);
}
END_TEST

START_TEST(a_status_of_the_client_or_of_no_name_is_no_error)
{
    for (int status = 200; status < 500; status++) {
        request("/products", status, 400);
    }
    ck_assert_uint_eq(look().errors, 0);
    ck_assert_uint_eq(look().durations[0], 300);
}
END_TEST

START_TEST(growth_is_what_came_since)
{
    request("/products", 500, 400);
    metrics_add(METRIC_WORKERS_CRASHED);
    const struct metrics_totals before = look();
    request("/products", 500, 400);
    request("/sales", 200, 40000);
    metrics_add(METRIC_DATABASE_LOSSES);
    const struct metrics_totals now = look();
    struct metrics_totals growth;
    metrics_growth(&now, &before, &growth);
    ck_assert_uint_eq(metrics_request_count(&growth), 2);
    ck_assert_uint_eq(growth.errors, 1);
    ck_assert_uint_eq(growth.counters[METRIC_WORKERS_CRASHED], 0);
    ck_assert_uint_eq(growth.counters[METRIC_DATABASE_LOSSES], 1);
}
END_TEST

START_TEST(counts_that_began_anew_grew_from_nothing)
{
    for (int i = 0; i < 5; i++) {
        request("/products", 500, 400);
    }
    const struct metrics_totals before = look();
    tear_down();
    set_up();
    request("/products", 500, 400);
    const struct metrics_totals now = look();
    struct metrics_totals growth;
    metrics_growth(&now, &before, &growth);
    ck_assert_uint_eq(metrics_request_count(&growth), 1);
    ck_assert_uint_eq(growth.errors, 1);
}
END_TEST

START_TEST(a_quantile_lies_in_the_bucket_of_its_rank)
{
    for (int i = 0; i < 98; i++) {
        request("/products", 200, 800); /* 0.5 to 1 ms */
    }
    request("/products", 200, 30000); /* 25 to 50 ms */
    request("/products", 200, 700000);
    const struct metrics_totals totals = look();
    const double p50 = metrics_quantile_ms(&totals, 0.5);
    ck_assert_double_gt(p50, 0.5);
    ck_assert_double_lt(p50, 1);
    ck_assert_double_eq_tol(metrics_quantile_ms(&totals, 0.98), 1, 1e-9);
    ck_assert_double_eq_tol(metrics_quantile_ms(&totals, 0.99), 50, 1e-9);
    ck_assert_double_eq_tol(metrics_quantile_ms(&totals, 1), 1000, 1e-9);
}
END_TEST

START_TEST(what_takes_longer_than_the_last_bound_is_told_as_that)
{
    request("/products", 200, 60000000);
    const struct metrics_totals totals = look();
    ck_assert_double_eq_tol(metrics_quantile_ms(&totals, 0.5), 5000, 1e-9);
    ck_assert_double_eq_tol(metrics_quantile_ms(&totals, 0.99), 5000, 1e-9);
}
END_TEST

START_TEST(without_requests_there_is_no_quantile)
{
    const struct metrics_totals totals = look();
    ck_assert_double_lt(metrics_quantile_ms(&totals, 0.5), 0);
    ck_assert_double_lt(metrics_quantile_ms(&totals, 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("totals");
    TCase *group = tcase_create("totals");
    tcase_add_checked_fixture(group, set_up, tear_down);
    tcase_add_test(group, all_requests_count_but_those_of_machines);
    tcase_add_test(group, a_status_of_the_client_or_of_no_name_is_no_error);
    tcase_add_test(group, growth_is_what_came_since);
    tcase_add_test(group, counts_that_began_anew_grew_from_nothing);
    tcase_add_test(group, a_quantile_lies_in_the_bucket_of_its_rank);
    tcase_add_test(group, what_takes_longer_than_the_last_bound_is_told_as_that);
    tcase_add_test(group, without_requests_there_is_no_quantile);
    suite_add_tcase(suite, group);
    return run_suite(suite);
}
