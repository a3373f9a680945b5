#include "part_headers.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "header_parameters.h"
#include "stockpilot/text/utf8.h"

struct part_reader {
    struct arena *arena;
    struct multipart_part *part;
    struct error *error;
    bool has_encoding;
};

static enum error_kind refuse(struct part_reader *reader, const char *why)
{
    return error_set(reader->error, ERROR_MALFORMED, "The form cannot be read: %s.", why);
}

static enum error_kind out_of_memory(struct part_reader *reader)
{
    return error_set_cause(reader->error, ERROR_INTERNAL, "no memory for a form");
}

static enum error_kind copy_parameter(struct part_reader *reader,
                                      const struct header_parameter *parameter, const char **copy)
{
    if (*copy != NULL) {
        return refuse(reader, "a part has a parameter twice");
    }
    if (!utf8_is_valid(parameter->value, parameter->value_length)) {
        return refuse(reader, "a part's name is not UTF-8");
    }
    *copy = header_parameter_copy(reader->arena, parameter);
    return *copy == NULL ? out_of_memory(reader) : ERROR_NONE;
}

static enum error_kind read_disposition_parameter(struct part_reader *reader,
                                                  const struct header_parameter *parameter)
{
    if (header_span_is(parameter->name, parameter->name_length, "name")) {
        return copy_parameter(reader, parameter, &reader->part->name);
    }
    if (header_span_is(parameter->name, parameter->name_length, "filename")) {
        return copy_parameter(reader, parameter, &reader->part->file_name);
    }
    if (header_span_is(parameter->name, parameter->name_length, "filename*")) {
        /* RFC 7578 section 4.2 forbids it; with two names, readers differ in which one counts. */
        return refuse(reader, "\"filename*\" is not allowed in a form");
    }
    return ERROR_NONE;
}

static enum error_kind read_disposition(struct part_reader *reader, const char *at, const char *end)
{
    struct header_parameter parameter;
    enum parameter_result result;
    size_t length = header_token_length(at, end);
    if (reader->part->name != NULL) {
        return refuse(reader, "a part has Content-Disposition twice");
    }
    if (!header_span_is(at, length, "form-data")) {
        return refuse(reader, "a part is not form-data");
    }
    at += length;
    while ((result = header_parameter_next(&at, end, &parameter)) == PARAMETER_FOUND) {
        enum error_kind kind = read_disposition_parameter(reader, &parameter);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    if (result == PARAMETER_MALFORMED) {
        return refuse(reader, "a Content-Disposition is not well-formed");
    }
    if (reader->part->name == NULL || reader->part->name[0] == '\0') {
        return refuse(reader, "a part has no name");
    }
    return ERROR_NONE;
}

static enum error_kind read_type(struct part_reader *reader, const char *at, const char *end)
{
    static const char multipart[] = "multipart/";
    size_t length = (size_t)(end - at);
    if (reader->part->content_type != NULL) {
        return refuse(reader, "a part has Content-Type twice");
    }
    if (length >= sizeof multipart - 1 && strncasecmp(at, multipart, sizeof multipart - 1) == 0) {
        return refuse(reader, "a part is a multipart of its own");
    }
    reader->part->content_type = arena_copy(reader->arena, at, length);
    return reader->part->content_type == NULL ? out_of_memory(reader) : ERROR_NONE;
}

static enum error_kind read_encoding(struct part_reader *reader, const char *at, const char *end)
{
    size_t length = (size_t)(end - at);
    if (reader->has_encoding) {
        return refuse(reader, "a part has Content-Transfer-Encoding twice");
    }
    reader->has_encoding = true;
    if (!header_span_is(at, length, "binary") && !header_span_is(at, length, "8bit") &&
        !header_span_is(at, length, "7bit")) {
        return refuse(reader, "a part's Content-Transfer-Encoding is not binary");
    }
    return ERROR_NONE;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool has_control_character(const char *at, const char *end)
{
    for (; at < end; at++) {
        if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f) {
            return true;
        }
    }
    return false;
}

/* One line without its CRLF. A folded one begins with a space and so has no name. */
static enum error_kind read_line(struct part_reader *reader, const char *line, const char *end)
{
    size_t name_length = header_token_length(line, end);
    const char *value = line + name_length;
    if (name_length == 0 || value == end || *value != ':' || has_control_character(value, end)) {
        return refuse(reader, "a part's header is not well-formed");
    }
    value++;
    while (value < end && is_space(*value)) {
        value++;
    }
    while (end > value && is_space(end[-1])) {
        end--;
    }
    if (header_span_is(line, name_length, "Content-Disposition")) {
        return read_disposition(reader, value, end);
    }
    if (header_span_is(line, name_length, "Content-Type")) {
        return read_type(reader, value, end);
    }
    if (header_span_is(line, name_length, "Content-Transfer-Encoding")) {
        return read_encoding(reader, value, end);
    }
    return ERROR_NONE; /* RFC 7578 section 4.8: others are ignored */
}

enum error_kind part_headers_read(struct arena *arena, const char *text, size_t length,
                                  struct multipart_part *part, struct error *error)
{
    struct part_reader reader = { .arena = arena, .part = part, .error = error };
    const char *end = text + length;
    while (text < end) {
        const char *line_end = memmem(text, (size_t)(end - text), "\r\n", 2);
        if (line_end == NULL) {
            return refuse(&reader, "a part's header does not end");
        }
        enum error_kind kind = read_line(&reader, text, line_end);
        if (kind != ERROR_NONE) {
            return kind;
        }
        text = line_end + 2;
    }
    return part->name == NULL ? refuse(&reader, "a part has no name") : ERROR_NONE;
}
