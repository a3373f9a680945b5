#include "stockpilot/error/error.h"

#include <stdarg.h>
#include <stdio.h>

static const struct error_description descriptions[ERROR_KIND_COUNT] = {
    [ERROR_NONE] = { 200, "", "" },
    [ERROR_MALFORMED] = { 400, "malformed-request", "The request cannot be read" },
    [ERROR_UNAUTHENTICATED] = { 401, "not-signed-in", "Sign in first" },
    [ERROR_INVALID_TOKEN] = { 401, "invalid-token", "The access token is not accepted" },
    [ERROR_FORBIDDEN] = { 403, "forbidden", "Your role does not allow this" },
    [ERROR_NOT_FOUND] = { 404, "not-found", "There is nothing here" },
    [ERROR_METHOD_NOT_ALLOWED] = { 405, "method-not-allowed", "This path has other methods" },
    [ERROR_NOT_ACCEPTABLE] = { 406, "not-acceptable", "The answer cannot be given in that form" },
    [ERROR_CONFLICT] = { 409, "conflict", "This contradicts what is recorded" },
    [ERROR_STALE] = { 412, "stale", "The record was changed in the meantime" },
    [ERROR_TOO_LARGE] = { 413, "payload-too-large", "The request is too large" },
    [ERROR_URI_TOO_LONG] = { 414, "uri-too-long", "The address is too long" },
    [ERROR_UNSUPPORTED_MEDIA] = { 415, "unsupported-media-type", "This content type is not read" },
    [ERROR_INVALID] = { 422, "invalid", "Some values are not valid" },
    [ERROR_PRECONDITION_NEEDED] = { 428, "precondition-required", "Say which version you change" },
    [ERROR_TOO_MANY_REQUESTS] = { 429, "too-many-requests", "Too many requests" },
    [ERROR_INTERNAL] = { 500, "internal", "Something went wrong on our side" },
    [ERROR_NOT_IMPLEMENTED] = { 501, "not-implemented", "This is not supported" },
    [ERROR_UNAVAILABLE] = { 503, "service-unavailable", "The service cannot answer just now" },
};

const struct error_description *error_describe(enum error_kind kind)
{
    if ((unsigned)kind >= ERROR_KIND_COUNT) {
        kind = ERROR_INTERNAL;
    }
    return &descriptions[kind];
}

void error_reset(struct error *error)
{
    error->kind = ERROR_NONE;
    error->detail[0] = '\0';
    error->cause[0] = '\0';
    error->retry_after_seconds = 0;
    error->outcome_unknown = false;
    error->field_count = 0;
    error->fields_dropped = 0;
}

/* Ends a text that vsnprintf had to cut between two characters of UTF-8, not within one: what is
 * sent to a client must stay valid. */
static void end_between_characters(char *text, size_t size, int wanted_length)
{
    if (wanted_length < 0) {
        text[0] = '\0';
        return;
    }
    if ((size_t)wanted_length < size) {
        return;
    }
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80) {
        end--;
    }
    if (end > 0 && ((unsigned char)text[end - 1] & 0x80) != 0) {
        end--;
    }
    text[end] = '\0';
}

enum error_kind error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
    end_between_characters(error->detail, sizeof error->detail, length);
    error->kind = kind;
    return kind;
}

enum error_kind error_set_cause(struct error *error, enum error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->cause, sizeof error->cause, format, arguments);
    va_end(arguments);
    end_between_characters(error->cause, sizeof error->cause, length);
    error->kind = kind;
    return kind;
}

void error_add_field(struct error *error, const char *pointer, const char *code, const char *format,
                     ...)
{
    if (error->kind == ERROR_NONE) {
        error->kind = ERROR_INVALID;
    }
    if (error->field_count == ERROR_MAX_FIELDS) {
        error->fields_dropped++;
        return;
    }
    struct field_error *field = &error->fields[error->field_count++];
    int length = snprintf(field->pointer, sizeof field->pointer, "%s", pointer);
    end_between_characters(field->pointer, sizeof field->pointer, length);
    snprintf(field->code, sizeof field->code, "%s", code);
    va_list arguments;
    va_start(arguments, format);
    length = vsnprintf(field->detail, sizeof field->detail, format, arguments);
    va_end(arguments);
    end_between_characters(field->detail, sizeof field->detail, length);
}
