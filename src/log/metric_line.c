#include "stockpilot/log/metric_line.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"

#define NAMESPACE "StockPilot"
#define DIMENSION "Environment"

#define HOST_SIZE 256
#define NUMBER_SIZE 32

/* As many metrics as there can be, with names and units of 30 characters. */
#define DIRECTIVE_SIZE 2048

/* The members beside the values. */
#define OTHERS 4

struct directive {
    char text[DIRECTIVE_SIZE];
    size_t length;
    bool overflowed;
};

static void append(struct directive *directive, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct directive *directive, const char *format, ...)
{
    const size_t room = sizeof directive->text - directive->length;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(directive->text + directive->length, room, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= room) {
        directive->overflowed = true;
    } else {
        directive->length += (size_t)length;
    }
}

/* The value of "_aws". */
static void compose(struct directive *directive, const struct metric_value *values, size_t count)
{
    bool first = true;
    append(directive,
           "{\"Timestamp\":%lld,\"CloudWatchMetrics\":[{\"Namespace\":\"" NAMESPACE
           "\",\"Dimensions\":[[\"" DIMENSION "\"]],\"Metrics\":[",
           (long long)clock_wall_ms());
    for (size_t i = 0; i < count; i++) {
        if (values[i].unit != NULL) {
            append(directive, "%s{\"Name\":\"%s\",\"Unit\":\"%s\"}", first ? "" : ",",
                   values[i].name, values[i].unit);
            first = false;
        }
    }
    append(directive, "]}]}");
}

static void name_host(char host[HOST_SIZE])
{
    if (gethostname(host, HOST_SIZE) != 0) {
        host[0] = '\0';
    }
    host[HOST_SIZE - 1] = '\0';
}

/* Without an exponent, and without a fraction where there is none. */
static void write_number(double value, char text[NUMBER_SIZE])
{
    const bool whole = value == (double)(int64_t)value;
    snprintf(text, NUMBER_SIZE, whole ? "%.0f" : "%.3f", value);
}

void metric_line_write(const char *event, const char *environment, int64_t covers_ms,
                       const struct metric_value *values, size_t count)
{
    struct directive directive = { .length = 0 };
    char host[HOST_SIZE];
    char numbers[METRIC_LINE_MOST][NUMBER_SIZE];
    struct log_field fields[OTHERS + METRIC_LINE_MOST];
    const size_t told = count < METRIC_LINE_MOST ? count : METRIC_LINE_MOST;

    name_host(host);
    compose(&directive, values, told);
    fields[0] = (struct log_field)LOG_TEXT("host", host);
    fields[1] = (struct log_field)LOG_NUMBER("covers_ms", covers_ms);
    fields[2] = (struct log_field)LOG_TEXT(DIMENSION, environment);
    for (size_t i = 0; i < told; i++) {
        write_number(values[i].value, numbers[i]);
        fields[3 + i] = (struct log_field)LOG_JSON(values[i].name, numbers[i]);
    }
    /* A part of it would make the line no JSON: without, it has the values all the same. */
    fields[3 + told] =
        (struct log_field)LOG_JSON("_aws", directive.overflowed ? NULL : directive.text);
    log_write_always(event, fields, (int)(OTHERS + told));
}
