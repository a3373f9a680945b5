/*
 * json_write.h - JSON written straight into a bounded buffer.
 *
 * Commas are put by the writer; names and strings are escaped (control characters, quote,
 * backslash); input is valid UTF-8 already. Nothing is checked call by call: buffer_failed() says
 * in the end whether all of it fitted.
 */
#ifndef STOCKPILOT_JSON_JSON_WRITE_H
#define STOCKPILOT_JSON_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/text/buffer.h"

struct json_writer {
    struct buffer *out;
    bool needs_comma;
};

void json_writer_init(struct json_writer *writer, struct buffer *out);

void json_begin_object(struct json_writer *writer);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer);
void json_end_array(struct json_writer *writer);

/* The member's name; the next call writes its value. The name is a literal of ours: not escaped. */
void json_write_name(struct json_writer *writer, const char *name);

/* NULL writes null. */
void json_write_string(struct json_writer *writer, const char *text);
/* One string of several texts, so that none has to be put together first. */
void json_write_joined(struct json_writer *writer, const char *const texts[], size_t count);
void json_write_integer(struct json_writer *writer, int64_t number);
void json_write_boolean(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer);

/* A number in PostgreSQL's numeric text form ("19.99"), already valid JSON; NULL writes null. */
void json_write_number_text(struct json_writer *writer, const char *text);

/* A PostgreSQL timestamptz text under TimeZone=UTC, DateStyle=ISO ("2023-11-23 11:54:21.123456+00")
 * or a date ("2023-11-23") as "2023-11-23T11:54:21.123Z"; NULL writes null. */
void json_write_timestamp(struct json_writer *writer, const char *postgres_text);

/* A whole JSON value as text, made by this writer before. */
void json_write_raw(struct json_writer *writer, const char *json);

/* Name and value in one. */
void json_member_string(struct json_writer *writer, const char *name, const char *text);
void json_member_integer(struct json_writer *writer, const char *name, int64_t number);
void json_member_boolean(struct json_writer *writer, const char *name, bool value);
void json_member_number_text(struct json_writer *writer, const char *name, const char *text);
void json_member_timestamp(struct json_writer *writer, const char *name, const char *postgres_text);

#endif
