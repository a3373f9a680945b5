/* What is counted adds up exactly, whoever counts and whoever dies, and is exposed as Prometheus
 * reads it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "children.h"
#include "exposition_reader.h"
#include "run_suite.h"
#include "stockpilot/error/error.h"
#include "stockpilot/metrics/metrics.h"

#define NAMERS 8
#define NAMED 40
#define ROUNDS 30
#define COUNTERS 4
#define COUNTS 500000
#define TEXT_LIMIT (8 * 1024 * 1024)

#define REQUESTS "stockpilot_request_duration_seconds"
#define WAITS "stockpilot_database_wait_seconds"

/* As all workers have it. */
static struct metrics *metrics;
static struct arena *arena;
static struct exposition exposition;

static void begin_anew(void)
{
    memset(metrics, 0, sizeof *metrics);
    ck_assert_int_eq(metrics_prepare(metrics), 0);
}

static void *share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    return memory;
}

static void set_up(void)
{
    metrics = share(sizeof *metrics);
    begin_anew();
    metrics_use(metrics);
    arena = arena_new(2 * TEXT_LIMIT);
    ck_assert_ptr_nonnull(arena);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* Reads what is exposed; it is right, whatever was counted. */
static void expose(void)
{
    struct buffer text;
    arena_reset(arena);
    buffer_init(&text, arena, TEXT_LIMIT);
    metrics_expose(metrics, &text);
    ck_assert(!buffer_failed(&text));
    ck_assert_msg(exposition_read(&exposition, text.bytes, text.length), "%s: %s", exposition.line,
                  exposition.problem);
}

static void assert_exposed(const char *series, const char *value)
{
    const char *exposed = exposition_value(&exposition, series);
    ck_assert_msg(strcmp(exposed, value) == 0, "%s is \"%s\", not \"%s\"", series, exposed, value);
}

static uint64_t total_of(const struct metrics_histogram *histogram)
{
    uint64_t total = 0;
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        total += atomic_load(&histogram->buckets[i]);
    }
    return total;
}

/* One more in that bucket, and in no other. */
static void expect_in_bucket(int64_t duration_us, size_t bucket)
{
    begin_anew();
    metrics_database_wait(duration_us);
    metrics_request(0, 200, duration_us);
    uint64_t sum = duration_us > 0 ? (uint64_t)duration_us : 0;
    const struct metrics_histogram *requests = &metrics->requests[0][0];
    ck_assert_msg(atomic_load(&metrics->database_wait.buckets[bucket]) == 1,
                  "%" PRId64 " is not in bucket %zu", duration_us, bucket);
    ck_assert_uint_eq(total_of(&metrics->database_wait), 1);
    ck_assert_uint_eq(atomic_load(&metrics->database_wait.sum_us), sum);
    ck_assert_uint_eq(atomic_load(&requests->buckets[bucket]), 1);
    ck_assert_uint_eq(total_of(requests), 1);
    ck_assert_uint_eq(atomic_load(&requests->sum_us), sum);
}

START_TEST(a_duration_is_in_the_first_bucket_that_is_not_below_it)
{
    for (size_t i = 0; i < METRICS_BOUNDS; i++) {
        ck_assert(i == 0 || metrics_bounds_us[i] > metrics_bounds_us[i - 1]);
        expect_in_bucket(metrics_bounds_us[i] - 1, i);
        expect_in_bucket(metrics_bounds_us[i], i);
        expect_in_bucket(metrics_bounds_us[i] + 1, i + 1);
    }
}
END_TEST

START_TEST(a_duration_without_sense_is_counted_all_the_same)
{
    expect_in_bucket(0, 0);
    expect_in_bucket(-1, 0);
    expect_in_bucket(INT64_MIN, 0);
    expect_in_bucket(INT64_MAX, METRICS_BOUNDS);
}
END_TEST

START_TEST(buckets_and_sum_are_exposed_in_seconds)
{
    static const char *const bounds[] = { "0.0005", "0.001", "0.0025", "0.005", "0.01",
                                          "0.025",  "0.05",  "0.1",    "0.25",  "0.5",
                                          "1",      "2.5",   "5",      "+Inf" };
    for (size_t i = 0; i < METRICS_BOUNDS; i++) {
        metrics_database_wait(metrics_bounds_us[i]);
    }
    metrics_database_wait(5000001);
    metrics_database_wait(INT64_C(86400000000));
    expose();
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        char series[64], value[8];
        snprintf(series, sizeof series, WAITS "_bucket{le=\"%s\"}", bounds[i]);
        snprintf(value, sizeof value, "%zu", i < METRICS_BOUNDS ? i + 1 : i + 2);
        assert_exposed(series, value);
    }
    assert_exposed(WAITS "_count", "15");
    assert_exposed(WAITS "_sum", "86414.444001");
    begin_anew();
    metrics_database_wait(7);
    expose();
    assert_exposed(WAITS "_sum", "0.000007");
}
END_TEST

static void expect_status_exposed(int status, const char *name)
{
    char series[160];
    begin_anew();
    metrics_request(0, status, 100);
    expose();
    snprintf(series, sizeof series,
             REQUESTS "_count{method=\"any\",route=\"unmatched\",status=\"%s\"}", name);
    assert_exposed(series, "1");
    /* 14 buckets, sum and count of each of the two histograms, and the counters. */
    ck_assert_uint_eq(exposition.series_count, 16 + 16 + METRIC_COUNT);
}

START_TEST(every_status_of_this_api_is_told_apart)
{
    static const int good[] = { 200, 201, 204, 304 };
    char name[8];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(name, sizeof name, "%d", good[i]);
        expect_status_exposed(good[i], name);
    }
    for (enum error_kind kind = ERROR_MALFORMED; kind < ERROR_KIND_COUNT; kind++) {
        int status = error_describe(kind)->status;
        if (kind != ERROR_TOO_MANY_REQUESTS) { /* nginx answers that */
            snprintf(name, sizeof name, "%d", status);
            expect_status_exposed(status, name);
        }
    }
}
END_TEST

START_TEST(any_other_status_is_counted_as_other)
{
    static const int others[] = { 0, -1, 199, 418, 502, 599, 600, INT32_MAX, INT32_MIN };
    expect_status_exposed(others[_i], "other");
}
END_TEST

START_TEST(a_route_is_named_once)
{
    ck_assert_uint_eq(metrics_route("GET", "/products"), 1);
    ck_assert_uint_eq(metrics_route("POST", "/products"), 2);
    ck_assert_uint_eq(metrics_route("GET", "/products/{productId}"), 3);
    ck_assert_uint_eq(metrics_route("GET", "/products"), 1);
    ck_assert_uint_eq(metrics_route("POST", "/products"), 2);
    ck_assert_uint_eq(metrics_route("GET", "/products/{productId}"), 3);
}
END_TEST

static void expect_name(uint32_t route, const char *expected)
{
    char text[METRICS_METHOD_SIZE + METRICS_ROUTE_SIZE + 1];
    memset(text, 'x', sizeof text);
    metrics_route_name(metrics, route, text, sizeof text);
    ck_assert_str_eq(text, expected);
}

START_TEST(a_name_is_that_of_the_route_or_none)
{
    uint32_t route = metrics_route("DELETE", "/products/{productId}");
    expect_name(route, "DELETE /products/{productId}");
    expect_name(0, "");
    expect_name(route + 1, "");
    expect_name(METRICS_ROUTES, "");
    expect_name(UINT32_MAX, "");
}
END_TEST

START_TEST(a_name_may_fill_its_place_but_not_more)
{
    char method[METRICS_METHOD_SIZE + 1] = { 0 };
    char pattern[METRICS_ROUTE_SIZE + 1] = { 0 };
    char both[sizeof method + sizeof pattern + 1];
    memset(method, 'M', METRICS_METHOD_SIZE - 1);
    memset(pattern, '/', METRICS_ROUTE_SIZE - 1);
    snprintf(both, sizeof both, "%s %s", method, pattern);
    uint32_t route = metrics_route(method, pattern);
    ck_assert_uint_eq(route, 1);
    expect_name(route, both);
    metrics_request(route, 200, 1);
    expose();
    method[METRICS_METHOD_SIZE - 1] = 'M';
    ck_assert_uint_eq(metrics_route(method, "/"), 0);
    pattern[METRICS_ROUTE_SIZE - 1] = '/';
    ck_assert_uint_eq(metrics_route("GET", pattern), 0);
    ck_assert_uint_eq(metrics_route("GET", "/"), 2);
}
END_TEST

START_TEST(a_full_table_gives_the_unmatched_route)
{
    char pattern[METRICS_ROUTE_SIZE];
    for (uint32_t i = 1; i < METRICS_ROUTES; i++) {
        snprintf(pattern, sizeof pattern, "/thing/%" PRIu32, i);
        ck_assert_uint_eq(metrics_route("GET", pattern), i);
    }
    ck_assert_uint_eq(metrics_route("GET", "/one-more"), 0);
    ck_assert_uint_eq(metrics_route("GET", "/one-more"), 0);
    ck_assert_uint_eq(metrics_route("GET", "/thing/127"), 127);
    ck_assert_uint_eq(metrics_route("GET", "/thing/1"), 1);
    metrics_request(0, 200, 1);
    metrics_request(127, 200, 1);
    metrics_request(METRICS_ROUTES, 200, 1);
    metrics_request(UINT32_MAX, 200, 1);
    expose();
    assert_exposed(REQUESTS "_count{method=\"any\",route=\"unmatched\",status=\"200\"}", "3");
    assert_exposed(REQUESTS "_count{method=\"GET\",route=\"/thing/127\",status=\"200\"}", "1");
}
END_TEST

/* Each names the same routes in an order of its own, and keeps the numbers for the test. */
struct naming {
    struct event start;
    unsigned namer;
    uint32_t (*numbers)[NAMED];
};

static int name_routes(void *context)
{
    const struct naming *naming = context;
    unsigned stride = 2 * naming->namer + 1; /* a sequence of its own; 5 divides NAMED */
    stride += stride % 5 == 0 ? 2 : 0;
    event_await(&naming->start);
    for (unsigned i = 0; i < NAMED; i++) {
        char pattern[METRICS_ROUTE_SIZE];
        unsigned route = (naming->namer * 7 + i * stride) % NAMED;
        snprintf(pattern, sizeof pattern, "/thing/%u", route / 2);
        naming->numbers[naming->namer][route] =
            metrics_route(route % 2 == 0 ? "GET" : "POST", pattern);
    }
    return 0;
}

static void assert_all_named_once(uint32_t (*numbers)[NAMED])
{
    bool given[NAMED + 1] = { false };
    ck_assert_uint_eq(atomic_load(&metrics->route_count), NAMED + 1);
    for (unsigned route = 0; route < NAMED; route++) {
        char name[64];
        uint32_t number = numbers[0][route];
        ck_assert(number >= 1 && number <= NAMED && !given[number]);
        given[number] = true;
        snprintf(name, sizeof name, "%s /thing/%u", route % 2 == 0 ? "GET" : "POST", route / 2);
        expect_name(number, name);
        for (unsigned namer = 1; namer < NAMERS; namer++) {
            ck_assert_uint_eq(numbers[namer][route], number);
        }
    }
}

START_TEST(many_processes_that_name_them_at_once_agree)
{
    uint32_t(*numbers)[NAMED] = share(NAMERS * sizeof *numbers);
    for (int round = 0; round < ROUNDS; round++) {
        struct naming naming = { .numbers = numbers };
        pid_t namers[NAMERS];
        begin_anew();
        event_make(&naming.start);
        for (; naming.namer < NAMERS; naming.namer++) {
            namers[naming.namer] = child_start(name_routes, &naming);
        }
        event_tell_all(&naming.start);
        children_end_well(namers, NAMERS);
        assert_all_named_once(numbers);
    }
}
END_TEST

/* As one that dies while it appends a row. */
static int die_while_naming(void *context)
{
    (void)context;
    if (pthread_mutex_lock(&metrics->naming) != 0) {
        return 1;
    }
    memset(&metrics->routes[atomic_load(&metrics->route_count)], 'x', sizeof *metrics->routes);
    return 0;
}

START_TEST(one_that_died_while_naming_keeps_nobody_from_it)
{
    ck_assert_uint_eq(metrics_route("GET", "/a"), 1);
    pid_t pid = child_start(die_while_naming, NULL);
    children_end_well(&pid, 1);
    expect_name(2, "");
    ck_assert_uint_eq(metrics_route("GET", "/b"), 2);
    expect_name(2, "GET /b");
    pid = child_start(die_while_naming, NULL);
    children_end_well(&pid, 1);
    ck_assert_uint_eq(metrics_route("GET", "/c"), 3);
    expect_name(3, "GET /c");
}
END_TEST

static int count_much(void *context)
{
    event_await(context);
    uint32_t route = metrics_route("GET", "/products");
    for (int i = 0; i < COUNTS; i++) {
        metrics_add(METRIC_TOKENS_VERIFIED);
        metrics_database_wait(3000);
        metrics_request(route, 200, 2);
    }
    return 0;
}

START_TEST(counts_of_several_processes_add_up_exactly)
{
    pid_t counters[COUNTERS];
    struct event start;
    event_make(&start);
    for (int i = 0; i < COUNTERS; i++) {
        counters[i] = child_start(count_much, &start);
    }
    event_tell_all(&start);
    children_end_well(counters, COUNTERS);
    expose();
    assert_exposed("stockpilot_token_checks_total{result=\"verified\"}", "2000000");
    assert_exposed("stockpilot_token_checks_total{result=\"refused\"}", "0");
    assert_exposed(WAITS "_bucket{le=\"0.0025\"}", "0");
    assert_exposed(WAITS "_bucket{le=\"0.005\"}", "2000000");
    assert_exposed(WAITS "_sum", "6000.000000");
    assert_exposed(REQUESTS "_count{method=\"GET\",route=\"/products\",status=\"200\"}", "2000000");
    assert_exposed(REQUESTS "_sum{method=\"GET\",route=\"/products\",status=\"200\"}", "4.000000");
}
END_TEST

static _Noreturn int count_until_killed(void *context)
{
    uint32_t route = metrics_route("GET", "/products");
    for (int i = 0; i < COUNTS; i++) {
        metrics_add(METRIC_DATABASE_CONNECTS);
        metrics_request(route, 503, 1);
    }
    event_tell(context);
    for (;;) {
        metrics_add(METRIC_TOKENS_REFUSED);
        metrics_database_wait(1);
    }
}

START_TEST(one_that_is_killed_takes_no_counts_with_it)
{
    struct event counted;
    event_make(&counted);
    pid_t pid = child_start(count_until_killed, &counted);
    ck_assert(event_await(&counted));
    child_kill(pid);
    expose(); /* what it was just counting is whole as well */
    assert_exposed("stockpilot_database_connects_total{result=\"connected\"}", "500000");
    assert_exposed(REQUESTS "_count{method=\"GET\",route=\"/products\",status=\"503\"}", "500000");
}
END_TEST

START_TEST(what_is_exposed_beside_others_that_count_is_whole)
{
    struct event counted;
    event_make(&counted);
    pid_t pid = child_start(count_until_killed, &counted);
    for (int i = 0; i < 200; i++) {
        expose();
    }
    ck_assert(event_await(&counted));
    for (int i = 0; i < 200; i++) {
        expose();
    }
    child_kill(pid);
}
END_TEST

START_TEST(each_counter_has_a_line_of_its_own)
{
    static const char *const series[METRIC_COUNT] = {
        [METRIC_TOKENS_REMEMBERED] = "stockpilot_token_checks_total{result=\"remembered\"}",
        [METRIC_TOKENS_VERIFIED] = "stockpilot_token_checks_total{result=\"verified\"}",
        [METRIC_TOKENS_REFUSED] = "stockpilot_token_checks_total{result=\"refused\"}",
        [METRIC_KEY_SETS_FETCHED] = "stockpilot_key_set_fetches_total{result=\"fetched\"}",
        [METRIC_KEY_SET_FAILURES] = "stockpilot_key_set_fetches_total{result=\"failed\"}",
        [METRIC_DATABASE_CONNECTS] = "stockpilot_database_connects_total{result=\"connected\"}",
        [METRIC_DATABASE_CONNECT_FAILURES] =
            "stockpilot_database_connects_total{result=\"failed\"}",
        [METRIC_DATABASE_LOSSES] = "stockpilot_database_connections_lost_total",
        [METRIC_CONNECTIONS_PASSED_ON] = "stockpilot_connections_passed_on_total",
        [METRIC_WORKERS_STARTED] = "stockpilot_worker_starts_total",
        [METRIC_WORKERS_CRASHED] = "stockpilot_worker_replacements_total{reason=\"crashed\"}",
        [METRIC_WORKERS_STUCK] = "stockpilot_worker_replacements_total{reason=\"stuck\"}",
        [METRIC_WORKERS_RECYCLED_REQUESTS] =
            "stockpilot_worker_replacements_total{reason=\"requests\"}",
        [METRIC_WORKERS_RECYCLED_MEMORY] =
            "stockpilot_worker_replacements_total{reason=\"memory\"}",
        [METRIC_WORKERS_RELOADED] = "stockpilot_worker_replacements_total{reason=\"reload\"}",
        [METRIC_WORKERS_SCALED_DOWN] =
            "stockpilot_worker_replacements_total{reason=\"scaled_down\"}",
    };
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        for (int i = 0; i <= metric; i++) {
            metrics_add((enum metric)metric);
        }
    }
    expose();
    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        char value[16];
        snprintf(value, sizeof value, "%d", metric + 1);
        assert_exposed(series[metric], value);
    }
    ck_assert_uint_eq(exposition.series_count, 16 + METRIC_COUNT);
    ck_assert_str_eq(exposition_type(&exposition, REQUESTS), "histogram");
    ck_assert_str_eq(exposition_type(&exposition, WAITS), "histogram");
    ck_assert_uint_eq(exposition.family_count, 2 + 7);
}
END_TEST

START_TEST(what_was_not_requested_is_not_exposed)
{
    uint32_t products = metrics_route("GET", "/products");
    uint32_t stock = metrics_route("POST", "/stock");
    (void)metrics_route("GET", "/never");
    metrics_request(products, 200, 1);
    metrics_request(products, 404, 1);
    metrics_request(stock, 201, INT64_C(3600000000)); /* in the last bucket alone */
    expose();
    ck_assert_uint_eq(exposition.series_count, 3 * 16 + 16 + METRIC_COUNT);
    assert_exposed(REQUESTS "_count{method=\"GET\",route=\"/products\",status=\"200\"}", "1");
    assert_exposed(REQUESTS "_count{method=\"GET\",route=\"/products\",status=\"404\"}", "1");
    assert_exposed(REQUESTS "_count{method=\"POST\",route=\"/stock\",status=\"201\"}", "1");
}
END_TEST

START_TEST(without_shared_memory_counting_goes_nowhere_and_does_no_harm)
{
    metrics_use(NULL);
    ck_assert_uint_eq(metrics_route("GET", "/products"), 0);
    metrics_add(METRIC_TOKENS_VERIFIED);
    metrics_database_wait(1);
    metrics_request(0, 200, 1);
    expose();
    assert_exposed("stockpilot_token_checks_total{result=\"verified\"}", "0");
    assert_exposed(WAITS "_count", "0");
    metrics_use(metrics);
    metrics_add(METRIC_TOKENS_VERIFIED);
    expose();
    assert_exposed("stockpilot_token_checks_total{result=\"verified\"}", "1");
}
END_TEST

static TCase *begin_case(Suite *suite, const char *title)
{
    TCase *tcase = tcase_create(title);
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("metrics");
    TCase *counts = begin_case(suite, "counts");
    tcase_add_test(counts, a_duration_is_in_the_first_bucket_that_is_not_below_it);
    tcase_add_test(counts, a_duration_without_sense_is_counted_all_the_same);
    tcase_add_test(counts, buckets_and_sum_are_exposed_in_seconds);
    tcase_add_test(counts, every_status_of_this_api_is_told_apart);
    tcase_add_loop_test(counts, any_other_status_is_counted_as_other, 0, 9);
    tcase_add_test(counts, each_counter_has_a_line_of_its_own);
    tcase_add_test(counts, what_was_not_requested_is_not_exposed);
    tcase_add_test(counts, without_shared_memory_counting_goes_nowhere_and_does_no_harm);
    TCase *routes = begin_case(suite, "routes");
    tcase_add_test(routes, a_route_is_named_once);
    tcase_add_test(routes, a_name_is_that_of_the_route_or_none);
    tcase_add_test(routes, a_name_may_fill_its_place_but_not_more);
    tcase_add_test(routes, a_full_table_gives_the_unmatched_route);
    TCase *processes = begin_case(suite, "processes");
    tcase_add_test(processes, many_processes_that_name_them_at_once_agree);
    tcase_add_test(processes, one_that_died_while_naming_keeps_nobody_from_it);
    tcase_add_test(processes, counts_of_several_processes_add_up_exactly);
    tcase_add_test(processes, one_that_is_killed_takes_no_counts_with_it);
    tcase_add_test(processes, what_is_exposed_beside_others_that_count_is_whole);
    return run_suite(suite);
}
