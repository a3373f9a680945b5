/*
 * totals.h - what has happened in a while: the counts of two moments, and the later less the
 * earlier.
 */
#ifndef STOCKPILOT_METRICS_TOTALS_H
#define STOCKPILOT_METRICS_TOTALS_H

#include "stockpilot/metrics/metrics.h"

/* All routes and statuses together. */
struct metrics_totals {
    uint64_t durations[METRICS_BOUNDS + 1]; /* requests by how long they took; not cumulative */
    uint64_t errors;                        /* of these, answered with 500 and above */
    uint64_t counters[METRIC_COUNT];
};

/* Up to now. except: patterns of routes whose requests are left out; ends with NULL. Others go on
 * counting meanwhile: what is counted just then is in this or in the next look, never in both. */
void metrics_add_up(const struct metrics *metrics, const char *const *except,
                    struct metrics_totals *totals);

/* What came since. A count that is below that of before has begun anew, from 0. */
void metrics_growth(const struct metrics_totals *now, const struct metrics_totals *before,
                    struct metrics_totals *growth);

uint64_t metrics_request_count(const struct metrics_totals *totals);

/* The time in milliseconds within which the share `quantile` (above 0, at most 1) of the requests
 * was answered, drawn evenly within its bucket, as Prometheus does; of what took longer than the
 * last bound, that bound. Negative without requests. */
double metrics_quantile_ms(const struct metrics_totals *totals, double quantile);

#endif
