#include "stockpilot/text/buffer.h"

#include <stdarg.h>
#include <stdio.h>

/* Most answers fit, and are never moved. A buffer with a smaller maximum takes that at once. */
#define FIRST_CAPACITY 8192

void buffer_init(struct buffer *buffer, struct arena *arena, size_t maximum)
{
    *buffer = (struct buffer){ .arena = arena, .maximum = maximum };
}

static bool fail(struct buffer *buffer)
{
    buffer->failed = true;
    return false;
}

/* Doubling keeps appends cheap; the old bytes stay in the arena until its reset. */
static bool grow(struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity == 0 ? FIRST_CAPACITY : buffer->capacity * 2;
    if (capacity < needed) {
        capacity = needed;
    }
    if (capacity > buffer->maximum) {
        capacity = buffer->maximum;
    }
    char *bytes = arena_alloc(buffer->arena, capacity);
    if (bytes == NULL) {
        return fail(buffer);
    }
    if (buffer->length != 0) {
        memcpy(bytes, buffer->bytes, buffer->length);
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

bool buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->failed) {
        return false;
    }
    if (more <= buffer->capacity - buffer->length) {
        return true;
    }
    if (more > buffer->maximum - buffer->length) {
        return fail(buffer);
    }
    return grow(buffer, buffer->length + more);
}

void buffer_append(struct buffer *buffer, const char *bytes, size_t length)
{
    if (length == 0 || !buffer_reserve(buffer, length)) {
        return;
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_char(struct buffer *buffer, char c)
{
    if (buffer_reserve(buffer, 1)) {
        buffer->bytes[buffer->length++] = c;
    }
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    char small[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length < 0) {
        fail(buffer);
        return;
    }
    if ((size_t)length < sizeof small) {
        buffer_append(buffer, small, (size_t)length);
        return;
    }
    /* vsnprintf writes a NUL behind the text, and the last byte of a full buffer has no room for
     * it. */
    char *large = arena_alloc(buffer->arena, (size_t)length + 1);
    if (large == NULL) {
        fail(buffer);
        return;
    }
    va_start(arguments, format);
    vsnprintf(large, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer_append(buffer, large, (size_t)length);
}
