/*
 * buffer.h - growing bytes with a maximum given at birth.
 *
 * An append past the maximum, or without memory, marks the buffer as failed and changes nothing
 * more; the writer checks once, at the end, with buffer_failed(). The bytes live in an arena.
 */
#ifndef STOCKPILOT_TEXT_BUFFER_H
#define STOCKPILOT_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "stockpilot/memory/arena.h"

struct buffer {
    struct arena *arena;
    char *bytes; /* not NUL-terminated; NULL while empty */
    size_t length;
    size_t capacity;
    size_t maximum;
    bool failed;
};

void buffer_init(struct buffer *buffer, struct arena *arena, size_t maximum);

/* Makes room for `more` bytes; false (and failed) when that is not to be had. */
bool buffer_reserve(struct buffer *buffer, size_t more);

void buffer_append(struct buffer *buffer, const char *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_char(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static inline bool buffer_failed(const struct buffer *buffer)
{
    return buffer->failed;
}

#endif
