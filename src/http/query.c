#include "stockpilot/http/query.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "stockpilot/text/decimal.h"
#include "stockpilot/text/iso8601.h"
#include "stockpilot/text/utf8.h"
#include "stockpilot/text/uuid.h"

static enum error_kind not_readable(struct error *error, const char *why)
{
    return error_set(error, ERROR_MALFORMED, "The query string cannot be read: %s.", why);
}

enum error_kind query_refuse(struct error *error, const char *name, const char *code,
                             const char *why)
{
    /* A little more than is kept, so that error_add_field() does the cutting. */
    char pointer[sizeof error->fields[0].pointer + 8];
    snprintf(pointer, sizeof pointer, "?%s", name);
    if (error->kind == ERROR_NONE) {
        error_set(error, ERROR_MALFORMED, "The query string is not valid.");
    }
    error_add_field(error, pointer, code, "%s", why);
    return ERROR_MALFORMED;
}

static int hexadecimal_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes into `out`, which has room for length + 1. NULL, or what is wrong with it. */
static const char *decode(const char *text, size_t length, char *out)
{
    char *end = out;
    for (size_t i = 0; i < length; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%') {
            int high = i + 2 < length ? hexadecimal_digit(text[i + 1]) : -1;
            int low = high >= 0 ? hexadecimal_digit(text[i + 2]) : -1;
            if (low < 0) {
                return "'%' takes two hexadecimal digits";
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f) {
            return "it holds a control character";
        }
        *end++ = c;
    }
    *end = '\0';
    return utf8_is_valid(out, (size_t)(end - out)) ? NULL : "it is not UTF-8";
}

static enum error_kind decode_copy(struct arena *arena, const char *text, size_t length,
                                   const char **decoded, struct error *error)
{
    char *out = arena_alloc(arena, length + 1);
    if (out == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the query string");
    }
    const char *wrong = decode(text, length, out);
    if (wrong != NULL) {
        return not_readable(error, wrong);
    }
    *decoded = out;
    return ERROR_NONE;
}

static bool is_allowed(const char *const *allowed, const char *name)
{
    for (; allowed != NULL && *allowed != NULL; allowed++) {
        if (strcmp(*allowed, name) == 0) {
            return true;
        }
    }
    return false;
}

static enum error_kind add_parameter(struct arena *arena, const char *text, size_t length,
                                     const char *const *allowed, struct query *query,
                                     struct error *error)
{
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals == NULL ? length : (size_t)(equals - text);
    const char *value = equals == NULL ? "" : equals + 1;
    struct query_parameter parameter;
    enum error_kind kind = decode_copy(arena, text, name_length, &parameter.name, error);
    if (kind == ERROR_NONE) {
        size_t value_length = equals == NULL ? 0 : length - name_length - 1;
        kind = decode_copy(arena, value, value_length, &parameter.value, error);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (!is_allowed(allowed, parameter.name)) {
        return query_refuse(error, parameter.name, "unknown_parameter",
                            "There is no such parameter here.");
    }
    if (query_value(query, parameter.name) != NULL) {
        return query_refuse(error, parameter.name, "repeated", "It was given twice.");
    }
    if (query->count == QUERY_MAX_PARAMETERS) {
        return not_readable(error, "it has too many parameters");
    }
    query->parameters[query->count++] = parameter;
    return ERROR_NONE;
}

enum error_kind query_parse(struct arena *arena, const char *text, const char *const *allowed,
                            struct query *query, struct error *error)
{
    struct query result = { 0 };
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, "&");
        if (length > 0) {
            enum error_kind kind = add_parameter(arena, text, length, allowed, &result, error);
            if (kind != ERROR_NONE) {
                return kind;
            }
        }
        text += length + (text[length] == '&');
    }
    *query = result;
    return ERROR_NONE;
}

const char *query_value(const struct query *query, const char *name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (strcmp(query->parameters[i].name, name) == 0) {
            return query->parameters[i].value;
        }
    }
    return NULL;
}

int64_t query_integer(const struct query *query, const char *name, int64_t minimum, int64_t maximum,
                      int64_t fallback, struct error *error)
{
    const char *value = query_value(query, name);
    int64_t integer;
    char why[96];
    if (value == NULL) {
        return fallback;
    }
    if (decimal_parse_integer(value, strlen(value), &integer) && integer >= minimum &&
        integer <= maximum) {
        return integer;
    }
    snprintf(why, sizeof why, "It must be an integer from %" PRId64 " to %" PRId64 ".", minimum,
             maximum);
    query_refuse(error, name, "out_of_range", why);
    return fallback;
}

const char *query_choice(const struct query *query, const char *name, const char *const *choices,
                         struct error *error)
{
    const char *value = query_value(query, name);
    for (; value != NULL && *choices != NULL; choices++) {
        if (strcmp(*choices, value) == 0) {
            return value;
        }
    }
    if (value != NULL) {
        query_refuse(error, name, "not_a_choice", "is no value of this parameter");
    }
    return NULL;
}

const char *query_day(const struct query *query, const char *name, struct error *error)
{
    const char *value = query_value(query, name);
    if (value != NULL && !iso8601_is_day(value)) {
        query_refuse(error, name, "not_a_day", "is a day such as 2023-11-23");
        return NULL;
    }
    return value;
}

const char *query_uuid(const struct query *query, const char *name, struct error *error)
{
    const char *value = query_value(query, name);
    if (value != NULL && !uuid_is_valid(value, strlen(value))) {
        query_refuse(error, name, "not_a_uuid", "is a UUID");
        return NULL;
    }
    return value;
}
