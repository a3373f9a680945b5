#include "header_parameters.h"

#include <string.h>
#include <strings.h>

static bool is_token_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

size_t header_token_length(const char *text, const char *end)
{
    const char *at = text;
    while (at < end && is_token_character(*at)) {
        at++;
    }
    return (size_t)(at - text);
}

bool header_span_is(const char *span, size_t length, const char *text)
{
    return strlen(text) == length && strncasecmp(span, text, length) == 0;
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    return at;
}

static bool is_quotable(char c)
{
    return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f);
}

/* `at` is behind the opening quote. Returns the closing one; NULL when there is none. */
static const char *closing_quote(const char *at, const char *end)
{
    for (; at < end && is_quotable(*at); at++) {
        if (*at == '"') {
            return at;
        }
        if (*at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\')) {
            at++;
        }
    }
    return NULL;
}

static const char *read_value(const char *at, const char *end, struct header_parameter *parameter)
{
    if (at < end && *at == '"') {
        const char *close = closing_quote(at + 1, end);
        if (close == NULL) {
            return NULL;
        }
        parameter->value = at + 1;
        parameter->value_length = (size_t)(close - parameter->value);
        return close + 1;
    }
    parameter->value = at;
    parameter->value_length = header_token_length(at, end);
    return parameter->value_length == 0 ? NULL : at + parameter->value_length;
}

enum parameter_result header_parameter_next(const char **at, const char *end,
                                            struct header_parameter *parameter)
{
    const char *now = skip_space(*at, end);
    while (now < end && *now == ';') {
        now = skip_space(now + 1, end);
        parameter->name = now;
        parameter->name_length = header_token_length(now, end);
        if (parameter->name_length == 0) {
            continue; /* "; ;" and a ';' at the end are allowed */
        }
        now += parameter->name_length;
        if (now == end || *now != '=') {
            return PARAMETER_MALFORMED;
        }
        now = read_value(now + 1, end, parameter);
        if (now == NULL) {
            return PARAMETER_MALFORMED;
        }
        *at = now;
        return PARAMETER_FOUND;
    }
    *at = now;
    return now == end ? PARAMETER_END : PARAMETER_MALFORMED;
}

char *header_parameter_copy(struct arena *arena, const struct header_parameter *parameter)
{
    char *copy = arena_alloc(arena, parameter->value_length + 1);
    if (copy == NULL) {
        return NULL;
    }
    const char *end = parameter->value + parameter->value_length;
    char *out = copy;
    for (const char *at = parameter->value; at < end; at++) {
        if (*at == '\\' && at + 1 < end && (at[1] == '"' || at[1] == '\\')) {
            at++;
        }
        *out++ = *at;
    }
    return copy;
}
