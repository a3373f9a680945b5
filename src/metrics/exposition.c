#include <inttypes.h>
#include <stdio.h>

#include "statuses.h"
#include "stockpilot/metrics/metrics.h"

/* One line of the exposition: a family that has several of them names it in the first. */
struct counter_line {
    enum metric metric;
    const char *family;
    const char *help;   /* NULL: of the same family as the line before */
    const char *labels; /* with braces, or "" */
};

/* clang-format off */
static const struct counter_line counter_lines[] = {
    { METRIC_TOKENS_REMEMBERED, "stockpilot_token_checks_total",
      "Bearer tokens looked at, by how it ended.", "{result=\"remembered\"}" },
    { METRIC_TOKENS_VERIFIED, "stockpilot_token_checks_total", NULL, "{result=\"verified\"}" },
    { METRIC_TOKENS_REFUSED, "stockpilot_token_checks_total", NULL, "{result=\"refused\"}" },
    { METRIC_KEY_SETS_FETCHED, "stockpilot_key_set_fetches_total",
      "Requests for the issuer's key set.", "{result=\"fetched\"}" },
    { METRIC_KEY_SET_FAILURES, "stockpilot_key_set_fetches_total", NULL, "{result=\"failed\"}" },
    { METRIC_DATABASE_CONNECTS, "stockpilot_database_connects_total",
      "Connections to the database that workers opened, or tried to.", "{result=\"connected\"}" },
    { METRIC_DATABASE_CONNECT_FAILURES, "stockpilot_database_connects_total", NULL,
      "{result=\"failed\"}" },
    { METRIC_DATABASE_LOSSES, "stockpilot_database_connections_lost_total",
      "Connections to the database that broke or were given up.", "" },
    { METRIC_CONNECTIONS_PASSED_ON, "stockpilot_connections_passed_on_total",
      "Connections of nginx that workers left to others.", "" },
    { METRIC_WORKERS_STARTED, "stockpilot_worker_starts_total",
      "Workers the pool has started.", "" },
    { METRIC_WORKERS_CRASHED, "stockpilot_worker_replacements_total",
      "Workers that ended or were ended, by why.", "{reason=\"crashed\"}" },
    { METRIC_WORKERS_STUCK, "stockpilot_worker_replacements_total", NULL, "{reason=\"stuck\"}" },
    { METRIC_WORKERS_RECYCLED_REQUESTS, "stockpilot_worker_replacements_total", NULL,
      "{reason=\"requests\"}" },
    { METRIC_WORKERS_RECYCLED_MEMORY, "stockpilot_worker_replacements_total", NULL,
      "{reason=\"memory\"}" },
    { METRIC_WORKERS_RELOADED, "stockpilot_worker_replacements_total", NULL,
      "{reason=\"reload\"}" },
    { METRIC_WORKERS_SCALED_DOWN, "stockpilot_worker_replacements_total", NULL,
      "{reason=\"scaled_down\"}" },
};
/* clang-format on */

static uint64_t load(const _Atomic uint64_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

static void begin_family(struct buffer *text, const char *family, const char *type,
                         const char *help)
{
    buffer_printf(text, "# HELP %s %s\n# TYPE %s %s\n", family, help, family, type);
}

/* labels: without braces, "" for none. Counts are read once, so that the last bucket and the count
 * agree while others go on counting. */
static void expose_histogram(struct buffer *text, const char *family, const char *labels,
                             const struct metrics_histogram *histogram)
{
    const char *comma = labels[0] != '\0' ? "," : "";
    uint64_t total = 0;
    for (size_t i = 0; i < METRICS_BOUNDS; i++) {
        total += load(&histogram->buckets[i]);
        buffer_printf(text, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", family, labels, comma,
                      (double)metrics_bounds_us[i] / 1e6, total);
    }
    total += load(&histogram->buckets[METRICS_BOUNDS]);
    buffer_printf(text, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", family, labels, comma, total);
    const char *open = labels[0] != '\0' ? "{" : "";
    const char *close = labels[0] != '\0' ? "}" : "";
    uint64_t sum_us = load(&histogram->sum_us);
    buffer_printf(text, "%s_sum%s%s%s %" PRIu64 ".%06" PRIu64 "\n", family, open, labels, close,
                  sum_us / 1000000, sum_us % 1000000);
    buffer_printf(text, "%s_count%s%s%s %" PRIu64 "\n", family, open, labels, close, total);
}

static bool was_used(const struct metrics_histogram *histogram)
{
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        if (load(&histogram->buckets[i]) != 0) {
            return true;
        }
    }
    return false;
}

static void expose_route(struct buffer *text, const char *family, const struct metrics *metrics,
                         uint32_t route)
{
    /* Our own route table wrote these names: nothing in them needs escaping. */
    const struct metrics_route unmatched = { "any", "unmatched" };
    const struct metrics_route *row = route == 0 ? &unmatched : &metrics->routes[route];
    for (size_t i = 0; i < METRICS_STATUSES; i++) {
        if (!was_used(&metrics->requests[route][i])) {
            continue;
        }
        char status[8] = "other";
        if (metrics_statuses[i] != 0) {
            snprintf(status, sizeof status, "%d", metrics_statuses[i]);
        }
        char labels[METRICS_METHOD_SIZE + METRICS_ROUTE_SIZE + 64];
        snprintf(labels, sizeof labels, "method=\"%.*s\",route=\"%.*s\",status=\"%s\"",
                 METRICS_METHOD_SIZE - 1, row->method, METRICS_ROUTE_SIZE - 1, row->pattern,
                 status);
        expose_histogram(text, family, labels, &metrics->requests[route][i]);
    }
}

static void expose_requests(struct buffer *text, const struct metrics *metrics)
{
    const char *family = "stockpilot_request_duration_seconds";
    begin_family(text, family, "histogram",
                 "Requests answered, and how long a worker had each of them.");
    uint32_t count = atomic_load_explicit(&metrics->route_count, memory_order_acquire);
    for (uint32_t route = 0; route < count && route < METRICS_ROUTES; route++) {
        expose_route(text, family, metrics, route);
    }
}

void metrics_expose(const struct metrics *metrics, struct buffer *text)
{
    expose_requests(text, metrics);
    const char *wait = "stockpilot_database_wait_seconds";
    begin_family(text, wait, "histogram", "How long exchanges with the database took.");
    expose_histogram(text, wait, "", &metrics->database_wait);
    for (size_t i = 0; i < sizeof counter_lines / sizeof *counter_lines; i++) {
        const struct counter_line *line = &counter_lines[i];
        if (line->help != NULL) {
            begin_family(text, line->family, "counter", line->help);
        }
        buffer_printf(text, "%s%s %" PRIu64 "\n", line->family, line->labels,
                      load(&metrics->counters[line->metric]));
    }
}
