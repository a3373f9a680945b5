/*
 * log.h - one JSON object a line on standard error, for CloudWatch and for people with jq.
 *
 * Every line has "time", "level", "event" and "pid". Values are escaped, so a line is always one
 * line, whatever a client sent. No secret is ever passed to these functions: not a token, not a
 * password, not a DATABASE_URL. A line is written with one write(2), so that workers' lines do not
 * mix.
 */
#ifndef STOCKPILOT_LOG_LOG_H
#define STOCKPILOT_LOG_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum log_field_kind { LOG_FIELD_TEXT, LOG_FIELD_NUMBER, LOG_FIELD_JSON };

/* One member of a line, made with the LOG_… macros below. */
struct log_field {
    const char *name;
    const char *text; /* of a number: NULL */
    int64_t number;
    enum log_field_kind kind;
};

#define LOG_TEXT(name, value)                                                                      \
    {                                                                                              \
        (name), (value), 0, LOG_FIELD_TEXT                                                         \
    }
#define LOG_NUMBER(name, value)                                                                    \
    {                                                                                              \
        (name), 0, (int64_t)(value), LOG_FIELD_NUMBER                                              \
    }
/* A value that is JSON already, on one line, and none of a client's: it is written as it is, and
 * never cut. */
#define LOG_JSON(name, value)                                                                      \
    {                                                                                              \
        (name), (value), 0, LOG_FIELD_JSON                                                         \
    }

/* Lines above this level are left out; LOG_LEVEL_INFO at start. */
void log_set_level(enum log_level level);
bool log_level_from_name(const char *name, enum log_level *level);

/* Where lines go: a file descriptor, 2 at start. For tests. */
void log_set_descriptor(int descriptor);

/* event: a stable snake_case name. Text fields that are NULL are left out. A line longer than 4 kB
 * has its longest texts cut and says so. errno is kept. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, int count);

/* The same, at the level "info" and whatever log_set_level() says: for what is no message but data
 * that somebody counts on. */
void log_write_always(const char *event, const struct log_field *fields, int count);

#define LOG(level, event, ...)                                                                     \
    do {                                                                                           \
        const struct log_field log_fields_[] = { __VA_ARGS__ };                                    \
        log_write((level), (event), log_fields_, (int)(sizeof log_fields_ / sizeof *log_fields_)); \
    } while (0)

#endif
