/*
 * header_parameters.h - the parameters behind a media type or a disposition:
 * `; name=token; name="quoted string"` (RFC 9110 section 5.6.6).
 */
#ifndef STOCKPILOT_HTTP_HEADER_PARAMETERS_H
#define STOCKPILOT_HTTP_HEADER_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/memory/arena.h"

/* Spans of the header, nothing is copied. value is without its quotes, but still escaped. */
struct header_parameter {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
};

enum parameter_result { PARAMETER_FOUND, PARAMETER_END, PARAMETER_MALFORMED };

/* The length of the token (RFC 9110 section 5.6.2) at `text`, before `end`; 0 when there is none.
 */
size_t header_token_length(const char *text, const char *end);

/* Whether the span is `text`, letter case aside. */
bool header_span_is(const char *span, size_t length, const char *text);

/* Reads the next parameter from *at, which is at a ';' or at `end`, and moves *at behind it. */
enum parameter_result header_parameter_next(const char **at, const char *end,
                                            struct header_parameter *parameter);

/*
 * The value with \" and \\ resolved; NULL without memory. A backslash before anything else stands
 * for itself: browsers do not escape it in file names.
 */
MUST_CHECK char *header_parameter_copy(struct arena *arena,
                                       const struct header_parameter *parameter);

#endif
