/*
 * metrics.h - what has happened so far, counted in memory that all workers of a host share.
 *
 * Counting is one atomic addition and never fails. The counts are not any worker's own: one that
 * dies takes none with it. Until metrics_use() says where they are, they go to memory of this
 * process. Durations are in microseconds here and in seconds in the exposition.
 *
 * Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
#ifndef STOCKPILOT_METRICS_METRICS_H
#define STOCKPILOT_METRICS_METRICS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/text/buffer.h"

/* Routes that are told apart; what comes after counts as the unmatched one, number 0. */
#define METRICS_ROUTES 128
#define METRICS_ROUTE_SIZE 96
#define METRICS_METHOD_SIZE 8

/* Upper bounds of the buckets are in metrics_bounds_us; the last bucket is for all above. */
#define METRICS_BOUNDS 13

/* Statuses that are told apart: those this API answers, and one row for any other. */
#define METRICS_STATUSES 21

enum metric {
    METRIC_TOKENS_REMEMBERED, /* verified before by this worker */
    METRIC_TOKENS_VERIFIED,   /* by its signature */
    METRIC_TOKENS_REFUSED,
    METRIC_KEY_SETS_FETCHED,
    METRIC_KEY_SET_FAILURES,
    METRIC_DATABASE_CONNECTS,
    METRIC_DATABASE_CONNECT_FAILURES,
    METRIC_DATABASE_LOSSES, /* a connection that broke, or was given up */
    METRIC_CONNECTIONS_PASSED_ON,
    METRIC_WORKERS_STARTED,
    METRIC_WORKERS_CRASHED,
    METRIC_WORKERS_STUCK,
    METRIC_WORKERS_RECYCLED_REQUESTS,
    METRIC_WORKERS_RECYCLED_MEMORY,
    METRIC_WORKERS_RELOADED,
    METRIC_WORKERS_SCALED_DOWN,
    METRIC_COUNT
};

struct metrics_histogram {
    _Atomic uint64_t buckets[METRICS_BOUNDS + 1]; /* not cumulative */
    _Atomic uint64_t sum_us;
};

struct metrics_route {
    char method[METRICS_METHOD_SIZE];
    char pattern[METRICS_ROUTE_SIZE];
};

/* In shared memory; zeroed, then metrics_prepare(). */
struct metrics {
    pthread_mutex_t naming;
    _Atomic uint32_t route_count; /* grows once the row before it is written */
    struct metrics_route routes[METRICS_ROUTES];
    _Atomic uint64_t counters[METRIC_COUNT];
    struct metrics_histogram database_wait;
    struct metrics_histogram requests[METRICS_ROUTES][METRICS_STATUSES];
};

extern const int64_t metrics_bounds_us[METRICS_BOUNDS];

/* 0, or the errno. */
MUST_CHECK int metrics_prepare(struct metrics *metrics);

/* All that follows is counted there from now on; NULL: in this process' own memory. */
void metrics_use(struct metrics *metrics);

void metrics_add(enum metric metric);

/* How long a request waited for the database, once for each exchange with it. */
void metrics_database_wait(int64_t duration_us);

/* The number of a route, the same for all workers, given at its first mention. 0 without room. */
uint32_t metrics_route(const char *method, const char *pattern);

/* route: from metrics_route(), or 0 for a request that matched none. */
void metrics_request(uint32_t route, int status, int64_t duration_us);

/* "GET /products/{productId}" in text; "" for 0 and for a number that nobody was given. */
void metrics_route_name(const struct metrics *metrics, uint32_t route, char *text, size_t size);

/* Appends every metric that is in here. */
void metrics_expose(const struct metrics *metrics, struct buffer *text);

#endif
