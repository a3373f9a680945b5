/*
 * The JSON reader: whatever it takes means the same when it is written out and read again.
 */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/json/json_read.h"
#include "stockpilot/json/json_write.h"
#include "stockpilot/text/utf8.h"

#define ARENA_LIMIT (64u * 1024 * 1024)
#define INPUT_MAX (1024u * 1024)

static void write_string(struct json_writer *writer, const char *text)
{
    PROMISE(utf8_is_valid(text, strlen(text)));
    json_write_string(writer, text);
}

static void write_scalar(struct json_writer *writer, const struct json_value *value)
{
    bool boolean;
    if (json_is_string(value)) {
        write_string(writer, json_string(value));
    } else if (json_number_text(value) != NULL) {
        json_write_number_text(writer, json_number_text(value));
    } else if (json_boolean(value, &boolean)) {
        json_write_boolean(writer, boolean);
    } else {
        PROMISE(json_is_null(value));
        json_write_null(writer);
    }
}

/* An object is written as an array of names and values, since the writer takes only names of ours.
 * Recursion is bounded by the reader's depth. */
static void write_value(struct json_writer *writer, const struct json_value *value)
{
    if (!json_is_object(value) && !json_is_array(value)) {
        write_scalar(writer, value);
        return;
    }
    json_begin_array(writer);
    for (const struct json_value *child = json_first(value); child != NULL;
         child = json_next(child)) {
        if (json_is_object(value)) {
            write_string(writer, json_name(child));
            PROMISE(json_member(value, json_name(child)) == child);
        }
        write_value(writer, child);
    }
    json_end_array(writer);
}

static void write_document(struct buffer *out, struct arena *arena, const struct json_value *value)
{
    struct json_writer writer;
    buffer_init(out, arena, ARENA_LIMIT);
    json_writer_init(&writer, out);
    write_value(&writer, value);
    PROMISE(!buffer_failed(out));
}

static void check_round_trip(struct arena *arena, const struct json_value *value)
{
    struct buffer first;
    struct buffer second;
    struct error error;
    const struct json_value *again;
    error_reset(&error);
    write_document(&first, arena, value);
    enum error_kind kind = json_parse(arena, first.bytes, first.length, 0, &again, &error);
    if (kind == ERROR_MALFORMED && strstr(error.detail, "too many values") != NULL) {
        return; /* the names have become values */
    }
    PROMISE(kind == ERROR_NONE);
    write_document(&second, arena, again);
    PROMISE(first.length == second.length);
    PROMISE(memcmp(first.bytes, second.bytes, first.length) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new(ARENA_LIMIT);
    struct error error;
    const struct json_value *value = NULL;
    error_reset(&error);
    if (arena != NULL && size <= INPUT_MAX) {
        enum error_kind kind = json_parse(arena, (const char *)bytes, size, 0, &value, &error);
        PROMISE(kind == ERROR_NONE || kind == ERROR_MALFORMED);
        PROMISE(kind == error.kind);
        if (kind == ERROR_NONE) {
            check_round_trip(arena, value);
        } else {
            PROMISE(value == NULL);
            PROMISE(utf8_is_valid(error.detail, strlen(error.detail)));
        }
    }
    arena_free(arena);
    return 0;
}
