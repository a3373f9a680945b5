/*
 * json_read.h - strict JSON (RFC 8259 as narrowed by RFC 7493, I-JSON) and typed reading from it.
 *
 * json_parse() first checks the text itself: valid UTF-8 without a byte order mark, the number
 * grammar, numbers within a double's range and 63 characters, no raw control characters, no \u0000,
 * no lone surrogates, nesting at most `depth`, one document and nothing after it, no member name
 * twice in an object (after decoding). Only then is it given to cJSON. Numbers keep their exact
 * text: a double never stands between a client and its price.
 *
 * Readers below collect every field error in *error and go on, so that all are told at once; their
 * result counts only when error->kind is ERROR_NONE in the end. Pointers are RFC 6901.
 * Strings handed out live as long as the arena.
 */
#ifndef STOCKPILOT_JSON_JSON_READ_H
#define STOCKPILOT_JSON_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define JSON_DEFAULT_DEPTH 32

/* More values in one document are ERROR_MALFORMED: cJSON takes about a hundred bytes for each,
 * however short it is, and these are not the arena's. */
#define JSON_MAX_VALUES 16384

struct json_value; /* owned by the arena it was parsed into */

/* ERROR_MALFORMED with what and where (byte offset) in error->detail; ERROR_INTERNAL without
 * memory. depth: 1…JSON_DEFAULT_DEPTH; 0 stands for the latter. The text may be given up after the
 * call. */
MUST_CHECK enum error_kind json_parse(struct arena *arena, const char *text, size_t length,
                                      unsigned depth, const struct json_value **value,
                                      struct error *error);

bool json_is_object(const struct json_value *value);
bool json_is_array(const struct json_value *value);
bool json_is_string(const struct json_value *value);
bool json_is_null(const struct json_value *value);

/* NULL when absent. Names compare exactly, case included. */
const struct json_value *json_member(const struct json_value *object, const char *name);
const struct json_value *json_first(const struct json_value *array_or_object);
const struct json_value *json_next(const struct json_value *value);
const char *json_name(const struct json_value *member);

/* The decoded string; NULL when it is none. It never holds a NUL inside. */
const char *json_string(const struct json_value *value);

/* Overwrites a string that is a secret and has been copied: it is empty from now on. Any other value
 * stays as it is. */
void json_wipe_string(const struct json_value *value);

/* The number's text as it stood, "19.99"; NULL when it is no number. */
const char *json_number_text(const struct json_value *value);

/* true only for an integer literal without fraction or exponent that fits. */
bool json_integer(const struct json_value *value, int64_t *integer);

bool json_boolean(const struct json_value *value, bool *boolean);

#endif
