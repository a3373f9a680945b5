/*
 * query.h - the query string, decoded strictly.
 *
 * Percent sequences are decoded once, '+' is a space. ERROR_MALFORMED for a broken percent
 * sequence, %00, control characters, invalid UTF-8, a key twice, a key that is not in `allowed`, or
 * more than 32 keys.
 */
#ifndef STOCKPILOT_HTTP_QUERY_H
#define STOCKPILOT_HTTP_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define QUERY_MAX_PARAMETERS 32

struct query_parameter {
    const char *name;
    const char *value;
};

struct query {
    size_t count;
    struct query_parameter parameters[QUERY_MAX_PARAMETERS];
};

/* allowed: NULL-terminated list of names, or NULL for "none may be given". */
MUST_CHECK enum error_kind query_parse(struct arena *arena, const char *text,
                                       const char *const *allowed, struct query *query,
                                       struct error *error);

/* NULL when it was not given. */
const char *query_value(const struct query *query, const char *name);

/* `fallback` when it was not given; a field error "?name" (kind ERROR_MALFORMED) when it is no
 * integer in minimum…maximum. */
int64_t query_integer(const struct query *query, const char *name, int64_t minimum, int64_t maximum,
                      int64_t fallback, struct error *error);

/* The value, which is one of `choices` (ends with NULL); NULL when it was not given, and with a
 * field error "?name" when it is none of them. */
const char *query_choice(const struct query *query, const char *name, const char *const *choices,
                         struct error *error);

/* NULL when it was not given; a field error "?name" (kind ERROR_MALFORMED) when it is no day of the
 * calendar, and no UUID. */
const char *query_day(const struct query *query, const char *name, struct error *error);
const char *query_uuid(const struct query *query, const char *name, struct error *error);

/* Adds the field error "?name" and gives ERROR_MALFORMED: a query is not a record. */
enum error_kind query_refuse(struct error *error, const char *name, const char *code,
                             const char *why);

#endif
