/*
 * arena.h - the bounded memory of one request.
 *
 * Everything a request needs is taken from its arena and is gone after arena_reset(). The arena
 * never grows past its limit: when it is used up, allocation gives NULL and the request ends in an
 * error, while the worker and its neighbours go on. An AddressSanitizer build gives every
 * allocation a heap block of its own, so that an overrun is seen; so does one with
 * ARENA_BLOCK_PER_ALLOCATION, in which each can be made to fail (tests/faults).
 *
 * An arena belongs to one thread.
 */
#ifndef STOCKPILOT_MEMORY_ARENA_H
#define STOCKPILOT_MEMORY_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

struct arena;

/* limit: the most bytes it will hand out between two resets. NULL when memory is short. */
MUST_CHECK struct arena *arena_new(size_t limit);

/* The same for secrets: what it takes back is overwritten first. */
MUST_CHECK struct arena *arena_new_private(size_t limit);

/* Runs the clean-ups and frees it. NULL is fine. */
void arena_free(struct arena *arena);

/* Runs the clean-ups, newest first, and takes everything back. Keeps one block for the next
 * request. */
void arena_reset(struct arena *arena);

/* Zeroed memory aligned for any type; NULL when the limit or the machine's memory is reached.
 * A size of 0 gives a valid pointer. */
MUST_CHECK void *arena_alloc(struct arena *arena, size_t size);

/* count * size with the overflow checked. */
MUST_CHECK void *arena_array(struct arena *arena, size_t count, size_t size);

/* A NUL-terminated copy of length bytes. */
MUST_CHECK char *arena_copy(struct arena *arena, const char *bytes, size_t length);

MUST_CHECK char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Calls cleanup(object) at the next reset. On failure cleanup runs at once and ERROR_INTERNAL comes
 * back, so that the object is never leaked. */
MUST_CHECK enum error_kind arena_defer(struct arena *arena, void (*cleanup)(void *), void *object);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

#endif
