#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "pool.h"
#include "stockpilot/log/metric_line.h"
#include "stockpilot/text/decimal.h"

#define HANDOVER "STOCKPILOT_POOL_REPORTED"

/* The board, since when, due when, busy, there; errors, durations, counters. */
#define HEAD_NUMBERS 5
#define NUMBERS (HEAD_NUMBERS + 1 + METRICS_BOUNDS + 1 + METRIC_COUNT)
#define HANDOVER_SIZE (NUMBERS * 21 + 1)

/* Asked by machines: they would hide what people wait for. */
static const char *const not_counted[] = { "/healthz", "/readyz", "/metrics", NULL };

static void flatten(const struct metrics_totals *totals, int64_t *numbers)
{
    *numbers++ = (int64_t)totals->errors;
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        *numbers++ = (int64_t)totals->durations[i];
    }
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        *numbers++ = (int64_t)totals->counters[i];
    }
}

static void unflatten(const int64_t *numbers, struct metrics_totals *totals)
{
    totals->errors = (uint64_t)*numbers++;
    for (size_t i = 0; i <= METRICS_BOUNDS; i++) {
        totals->durations[i] = (uint64_t)*numbers++;
    }
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        totals->counters[i] = (uint64_t)*numbers++;
    }
}

/* Numbers that were counted on another scoreboard say nothing about this one. */
static bool take_over(struct report *report, int64_t board_started_us)
{
    const char *text = getenv(HANDOVER);
    int64_t numbers[NUMBERS];
    bool taken = text != NULL && decimal_parse_integers(text, numbers, NUMBERS) &&
                 numbers[0] == board_started_us;
    if (taken) {
        report->since_us = numbers[1];
        report->due_us = numbers[2];
        report->busy_us = numbers[3];
        report->worker_us = numbers[4];
        unflatten(numbers + HEAD_NUMBERS, &report->before);
    }
    unsetenv(HANDOVER);
    return taken;
}

void report_begin(struct pool *pool, int64_t board_started_us, int64_t now_us)
{
    struct report *report = &pool->report;
    const int64_t latest_us = now_us + pool->settings->report_interval_us;
    if (!take_over(report, board_started_us)) {
        *report = (struct report){ .since_us = now_us, .due_us = latest_us };
        metrics_add_up(&pool->scoreboard->metrics, not_counted, &report->before);
    } else if (report->due_us > latest_us) {
        report->due_us = latest_us; /* the interval is another one now */
    }
}

void report_note_busy(struct report *report, int64_t busy_us, int64_t worker_us)
{
    report->busy_us += busy_us;
    report->worker_us += worker_us;
}

bool report_hand_over(const struct pool *pool)
{
    const struct report *report = &pool->report;
    char text[HANDOVER_SIZE];
    size_t length = 0;
    int64_t numbers[NUMBERS] = { atomic_load(&pool->scoreboard->pool.started_us), report->since_us,
                                 report->due_us, report->busy_us, report->worker_us };
    if (pool->settings->report_interval_us == 0) {
        return true;
    }
    flatten(&report->before, numbers + HEAD_NUMBERS);
    for (size_t i = 0; i < NUMBERS; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%" PRId64,
                                   i == 0 ? "" : " ", numbers[i]);
    }
    return setenv(HANDOVER, text, 1) == 0;
}

void report_withdraw(void)
{
    unsetenv(HANDOVER);
}

/* docs/cloudwatch.md says what each of them means; tests/lint/cloudwatch_metrics.py compares. */
static size_t collect(const struct pool *pool, const struct metrics_totals *growth,
                      struct metric_value values[METRIC_LINE_MOST])
{
    const struct report *report = &pool->report;
    const uint64_t requests = metrics_request_count(growth);
    const uint64_t crashes =
        growth->counters[METRIC_WORKERS_CRASHED] + growth->counters[METRIC_WORKERS_STUCK];
    const uint64_t losses = growth->counters[METRIC_DATABASE_LOSSES];
    const unsigned serving = roster_count(&pool->roster, CHILD_SERVING, false);
    size_t count = 0;
    values[count++] = (struct metric_value){ "Requests", "Count", (double)requests };
    values[count++] = (struct metric_value){ "Errors", "Count", (double)growth->errors };
    if (requests > 0) {
        values[count++] =
            (struct metric_value){ "LatencyP50", "Milliseconds", metrics_quantile_ms(growth, 0.5) };
        values[count++] = (struct metric_value){ "LatencyP99", "Milliseconds",
                                                 metrics_quantile_ms(growth, 0.99) };
    }
    if (report->worker_us > 0) {
        const double share = 100 * (double)report->busy_us / (double)report->worker_us;
        values[count++] =
            (struct metric_value){ "BusyWorkers", "Percent", share < 100 ? share : 100 };
    }
    values[count++] = (struct metric_value){ "WorkerCrashes", "Count", (double)crashes };
    values[count++] = (struct metric_value){ "DatabaseReconnects", NULL, (double)losses };
    values[count++] = (struct metric_value){ "Workers", NULL, serving };
    return count;
}

/* By the clock and not from line to line, or a minute in so many would have none. */
static int64_t next_due_us(int64_t due_us, int64_t interval_us, int64_t now_us)
{
    const int64_t next_us = due_us + interval_us;
    return next_us > now_us ? next_us : now_us + interval_us;
}

void report_write(struct pool *pool, bool rest, int64_t now_us)
{
    const int64_t interval_us = pool->settings->report_interval_us;
    struct report *report = &pool->report;
    if (interval_us == 0 || (!rest && now_us < report->due_us)) {
        return;
    }
    struct metrics_totals now, growth;
    struct metric_value values[METRIC_LINE_MOST];
    metrics_add_up(&pool->scoreboard->metrics, not_counted, &now);
    metrics_growth(&now, &report->before, &growth);
    const size_t count = collect(pool, &growth, values);
    metric_line_write("pool_metrics", pool->settings->environment,
                      (now_us - report->since_us) / 1000, values, count);
    *report = (struct report){ .since_us = now_us,
                               .due_us = next_due_us(report->due_us, interval_us, now_us),
                               .before = now };
}
