#include "stockpilot/metrics/metrics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "statuses.h"
#include "stockpilot/memory/shared_object.h"

const int64_t metrics_bounds_us[METRICS_BOUNDS] = { 500,     1000,    2500,   5000,   10000,
                                                    25000,   50000,   100000, 250000, 500000,
                                                    1000000, 2500000, 5000000 };

const int metrics_statuses[METRICS_STATUSES] = { 200, 201, 204, 304, 400, 401, 403,
                                                 404, 405, 406, 409, 412, 413, 414,
                                                 415, 422, 428, 500, 501, 503, 0 };

static struct metrics own; /* of a process that shares none */
static struct metrics *in_use = &own;

int metrics_prepare(struct metrics *metrics)
{
    atomic_store(&metrics->route_count, 1); /* 0 is the unmatched one */
    return shared_mutex_init(&metrics->naming);
}

void metrics_use(struct metrics *metrics)
{
    in_use = metrics != NULL ? metrics : &own;
}

static void increase(_Atomic uint64_t *count, uint64_t by)
{
    atomic_fetch_add_explicit(count, by, memory_order_relaxed);
}

void metrics_add(enum metric metric)
{
    increase(&in_use->counters[metric], 1);
}

static void observe(struct metrics_histogram *histogram, int64_t duration_us)
{
    size_t bucket = 0;
    while (bucket < METRICS_BOUNDS && duration_us > metrics_bounds_us[bucket]) {
        bucket++;
    }
    increase(&histogram->buckets[bucket], 1);
    increase(&histogram->sum_us, duration_us > 0 ? (uint64_t)duration_us : 0);
}

void metrics_database_wait(int64_t duration_us)
{
    observe(&in_use->database_wait, duration_us);
}

static uint32_t find_route(const struct metrics *metrics, const char *method, const char *pattern)
{
    uint32_t count = atomic_load_explicit(&metrics->route_count, memory_order_acquire);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(metrics->routes[i].method, method) == 0 &&
            strcmp(metrics->routes[i].pattern, pattern) == 0) {
            return i;
        }
    }
    return 0;
}

/* Under the lock. A row is there for others once it is counted; whoever died before that left
 * nothing that anybody reads. */
static uint32_t append_route(struct metrics *metrics, const char *method, const char *pattern)
{
    uint32_t count = atomic_load(&metrics->route_count);
    if (count == 0 || count >= METRICS_ROUTES || strlen(method) >= METRICS_METHOD_SIZE ||
        strlen(pattern) >= METRICS_ROUTE_SIZE) {
        return 0;
    }
    snprintf(metrics->routes[count].method, METRICS_METHOD_SIZE, "%s", method);
    snprintf(metrics->routes[count].pattern, METRICS_ROUTE_SIZE, "%s", pattern);
    atomic_store_explicit(&metrics->route_count, count + 1, memory_order_release);
    return count;
}

uint32_t metrics_route(const char *method, const char *pattern)
{
    struct metrics *metrics = in_use;
    uint32_t found = find_route(metrics, method, pattern);
    if (found != 0) {
        return found;
    }
    int failure = pthread_mutex_lock(&metrics->naming);
    if (failure == EOWNERDEAD) {
        failure = pthread_mutex_consistent(&metrics->naming);
    }
    if (failure != 0) {
        return 0;
    }
    found = find_route(metrics, method, pattern);
    if (found == 0) {
        found = append_route(metrics, method, pattern);
    }
    pthread_mutex_unlock(&metrics->naming);
    return found;
}

static size_t status_row(int status)
{
    size_t row = 0;
    while (row < METRICS_STATUSES - 1 && metrics_statuses[row] != status) {
        row++;
    }
    return row;
}

void metrics_request(uint32_t route, int status, int64_t duration_us)
{
    uint32_t row = route < METRICS_ROUTES ? route : 0;
    observe(&in_use->requests[row][status_row(status)], duration_us);
}

void metrics_route_name(const struct metrics *metrics, uint32_t route, char *text, size_t size)
{
    text[0] = '\0';
    if (route > 0 && route < METRICS_ROUTES &&
        route < atomic_load_explicit(&metrics->route_count, memory_order_acquire)) {
        const struct metrics_route *row = &metrics->routes[route];
        snprintf(text, size, "%.*s %.*s", METRICS_METHOD_SIZE - 1, row->method,
                 METRICS_ROUTE_SIZE - 1, row->pattern);
    }
}
