#include "stockpilot/metrics/totals.h"

#include <string.h>

#include "statuses.h"

#define FIRST_ERROR 500

static uint64_t load(const _Atomic uint64_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

static bool is_left_out(const struct metrics_route *route, const char *const *except)
{
    for (; *except != NULL; except++) {
        if (strcmp(route->pattern, *except) == 0) {
            return true;
        }
    }
    return false;
}

/* From one reading of each bucket, so that an error is never counted without its request. */
static void add_route(const struct metrics_histogram statuses[METRICS_STATUSES],
                      struct metrics_totals *totals)
{
    for (size_t i = 0; i < METRICS_STATUSES; i++) {
        for (size_t bucket = 0; bucket <= METRICS_BOUNDS; bucket++) {
            uint64_t count = load(&statuses[i].buckets[bucket]);
            totals->durations[bucket] += count;
            totals->errors += metrics_statuses[i] >= FIRST_ERROR ? count : 0;
        }
    }
}

void metrics_add_up(const struct metrics *metrics, const char *const *except,
                    struct metrics_totals *totals)
{
    *totals = (struct metrics_totals){ .errors = 0 };
    uint32_t count = atomic_load_explicit(&metrics->route_count, memory_order_acquire);
    for (uint32_t route = 0; route < count && route < METRICS_ROUTES; route++) {
        if (route == 0 || !is_left_out(&metrics->routes[route], except)) {
            add_route(metrics->requests[route], totals);
        }
    }
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        totals->counters[i] = load(&metrics->counters[i]);
    }
}

static uint64_t grown(uint64_t now, uint64_t before)
{
    return now >= before ? now - before : now;
}

void metrics_growth(const struct metrics_totals *now, const struct metrics_totals *before,
                    struct metrics_totals *growth)
{
    struct metrics_totals found;
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        found.durations[i] = grown(now->durations[i], before->durations[i]);
    }
    found.errors = grown(now->errors, before->errors);
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        found.counters[i] = grown(now->counters[i], before->counters[i]);
    }
    *growth = found;
}

uint64_t metrics_request_count(const struct metrics_totals *totals)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        count += totals->durations[i];
    }
    return count;
}

double metrics_quantile_ms(const struct metrics_totals *totals, double quantile)
{
    const double rank = quantile * (double)metrics_request_count(totals);
    double below = 0;
    double from_ms = 0;
    for (size_t i = 0; i < METRICS_BOUNDS; i++) {
        const double here = (double)totals->durations[i];
        const double to_ms = (double)metrics_bounds_us[i] / 1000;
        if (here > 0 && below + here >= rank) {
            return from_ms + (to_ms - from_ms) * (rank - below) / here;
        }
        below += here;
        from_ms = to_ms;
    }
    return totals->durations[METRICS_BOUNDS] > 0 ? from_ms : -1;
}
