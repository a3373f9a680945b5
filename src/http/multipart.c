#include "stockpilot/http/multipart.h"

#include <stdbool.h>
#include <string.h>

#include "header_parameters.h"
#include "part_headers.h"
#include "stockpilot/text/utf8.h"

#define BOUNDARY_MAX_LENGTH 70 /* RFC 2046 section 5.1.1 */
#define PART_HEADERS_MAX_LENGTH 4096

struct reader {
    struct arena *arena;
    const char *at;
    const char *end;
    char delimiter[4 + BOUNDARY_MAX_LENGTH]; /* CR LF "--" boundary */
    size_t delimiter_length;
    struct multipart *multipart;
    struct error *error;
};

static enum error_kind refuse(struct error *error, const char *why)
{
    return error_set(error, ERROR_MALFORMED, "The form cannot be read: %s.", why);
}

static bool is_boundary(const char *text, size_t length)
{
    static const char allowed[] = "'()+_,-./:=? ";
    if (length == 0 || length > BOUNDARY_MAX_LENGTH || text[length - 1] == ' ') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && memchr(allowed, c, sizeof allowed - 1) == NULL) {
            return false;
        }
    }
    return true;
}

/* Finds the one boundary parameter; false when there is none, more than one, or a bad one. */
static bool find_boundary(const char *at, struct header_parameter *boundary)
{
    const char *end = at + strlen(at);
    struct header_parameter parameter;
    enum parameter_result result;
    bool found = false;
    while ((result = header_parameter_next(&at, end, &parameter)) == PARAMETER_FOUND) {
        if (header_span_is(parameter.name, parameter.name_length, "boundary")) {
            if (found || !is_boundary(parameter.value, parameter.value_length)) {
                return false;
            }
            *boundary = parameter;
            found = true;
        }
    }
    return found && result == PARAMETER_END;
}

static enum error_kind read_content_type(struct reader *reader, const char *content_type)
{
    static const char form[] = "multipart/form-data";
    struct header_parameter boundary;
    size_t length = strcspn(content_type, "; \t");
    if (!header_span_is(content_type, length, form)) {
        return refuse(reader->error, "it is not multipart/form-data");
    }
    if (!find_boundary(content_type + length, &boundary)) {
        return refuse(reader->error, "its Content-Type has no usable boundary");
    }
    memcpy(reader->delimiter, "\r\n--", 4);
    memcpy(reader->delimiter + 4, boundary.value, boundary.value_length);
    reader->delimiter_length = 4 + boundary.value_length;
    return ERROR_NONE;
}

static bool next_is(const struct reader *reader, const char *text, size_t length)
{
    return (size_t)(reader->end - reader->at) >= length && memcmp(reader->at, text, length) == 0;
}

/* The first delimiter stands at the very beginning, without its line break: no preamble. */
static bool skip_first_delimiter(struct reader *reader)
{
    if (!next_is(reader, reader->delimiter + 2, reader->delimiter_length - 2)) {
        return false;
    }
    reader->at += reader->delimiter_length - 2;
    return true;
}

/* Behind "--" that ends the form only a line break may follow: no epilogue. */
static bool is_last_line(const struct reader *reader)
{
    return next_is(reader, "--", 2) &&
           (reader->end == reader->at + 2 || next_is(reader, "--\r\n", 4)) &&
           reader->end - reader->at <= 4;
}

static enum error_kind read_headers(struct reader *reader, struct multipart_part *part)
{
    /* The line break of the delimiter's line is included, so that a part without headers is seen.
     */
    size_t window = (size_t)(reader->end - reader->at);
    if (window > PART_HEADERS_MAX_LENGTH) {
        window = PART_HEADERS_MAX_LENGTH;
    }
    const char *headers_end = memmem(reader->at, window, "\r\n\r\n", 4);
    if (headers_end == NULL) {
        return refuse(reader->error, "a part's headers do not end, or are too long");
    }
    const char *lines = reader->at + 2;
    reader->at = headers_end + 4;
    return part_headers_read(reader->arena, lines, (size_t)(headers_end + 2 - lines), part,
                             reader->error);
}

static enum error_kind read_content(struct reader *reader, struct multipart_part *part)
{
    const char *content_end = memmem(reader->at, (size_t)(reader->end - reader->at),
                                     reader->delimiter, reader->delimiter_length);
    if (content_end == NULL) {
        return refuse(reader->error, "its closing boundary is missing");
    }
    part->bytes = reader->at;
    part->length = (size_t)(content_end - reader->at);
    reader->at = content_end + reader->delimiter_length;
    if (part->file_name == NULL && (!utf8_is_valid(part->bytes, part->length) ||
                                    memchr(part->bytes, '\0', part->length) != NULL)) {
        return refuse(reader->error, "a field is not UTF-8 text");
    }
    return ERROR_NONE;
}

static enum error_kind read_part(struct reader *reader)
{
    struct multipart_part part = { 0 };
    if (!next_is(reader, "\r\n", 2)) {
        return refuse(reader->error, "a boundary's line does not end as it must");
    }
    if (reader->multipart->count == MULTIPART_MAX_PARTS) {
        return refuse(reader->error, "it has too many parts");
    }
    enum error_kind kind = read_headers(reader, &part);
    if (kind == ERROR_NONE) {
        kind = read_content(reader, &part);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (multipart_part_named(reader->multipart, part.name) != NULL) {
        return refuse(reader->error, "two parts have the same name");
    }
    reader->multipart->parts[reader->multipart->count++] = part;
    return ERROR_NONE;
}

enum error_kind multipart_parse(struct arena *arena, const char *content_type, const char *body,
                                size_t length, struct multipart *multipart, struct error *error)
{
    struct multipart result = { 0 };
    struct reader reader = {
        .arena = arena, .at = body, .end = body + length, .multipart = &result, .error = error
    };
    enum error_kind kind = read_content_type(&reader, content_type);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (!skip_first_delimiter(&reader)) {
        return refuse(error, "it does not begin with its boundary");
    }
    while (!is_last_line(&reader)) {
        kind = read_part(&reader);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    *multipart = result;
    return ERROR_NONE;
}

const struct multipart_part *multipart_part_named(const struct multipart *multipart,
                                                  const char *name)
{
    for (size_t i = 0; i < multipart->count; i++) {
        if (strcmp(multipart->parts[i].name, name) == 0) {
            return &multipart->parts[i];
        }
    }
    return NULL;
}
