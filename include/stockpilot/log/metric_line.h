/*
 * metric_line.h - a log line that CloudWatch makes metrics of: the embedded metric format,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * The line is one of the log's, with the values as members, and "_aws" beside them, which names
 * those of which CloudWatch keeps a metric: in the namespace "StockPilot", by the one dimension
 * "Environment". Each metric by each set of dimensions is one that AWS counts, so there is one set.
 */
#ifndef STOCKPILOT_LOG_METRIC_LINE_H
#define STOCKPILOT_LOG_METRIC_LINE_H

#include <stddef.h>
#include <stdint.h>

/* Of one line; what is more is left out. */
#define METRIC_LINE_MOST 16

struct metric_value {
    const char *name; /* of the member and of the metric */
    const char *unit; /* one of CloudWatch's; NULL: a member of the line only, and no metric */
    double value;     /* finite; told to three decimals */
};

/*
 * Whatever the level of the log is. environment: the dimension's value, of letters, digits and the
 * like. covers_ms: the time that the counts among the values are of; 0: all are of the moment.
 *
 * Beside the values the line has "Environment", "host" and "covers_ms". A value that there is none
 * of is left out by the caller: no metric is made of it then, which is not the same as 0.
 */
void metric_line_write(const char *event, const char *environment, int64_t covers_ms,
                       const struct metric_value *values, size_t count);

#endif
