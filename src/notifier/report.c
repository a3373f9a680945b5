#include "report.h"

#include "stockpilot/log/metric_line.h"

/* docs/cloudwatch.md says what each of them means; tests/lint/cloudwatch_metrics.py compares. */
enum error_kind report_outbox(const struct store_request *request, const char *topics,
                              const char *environment)
{
    struct outbox_figures figures;
    enum error_kind kind = outbox_store_figures(request, topics, &figures);
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct metric_value values[] = {
        { "OutboxAge", "Seconds", (double)figures.age_seconds },
        { "OutboxParked", "Count", (double)figures.parked },
        { "LowStockEpisodesOpen", NULL, (double)figures.low_stock_count },
    };
    metric_line_write("notifier_metrics", environment, 0, values, sizeof values / sizeof *values);
    return ERROR_NONE;
}
