#include "stockpilot/memory/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(WITH_ADDRESS_SANITIZER) || defined(ARENA_BLOCK_PER_ALLOCATION)
#define ONE_BLOCK_PER_ALLOCATION 1
#else
#define ONE_BLOCK_PER_ALLOCATION 0
#endif

/* Most requests fit in one such block, so that they cost no malloc at all. */
#define BLOCK_SIZE (64u * 1024)

struct block {
    struct block *next;
    size_t size; /* of bytes[] */
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

struct cleanup {
    struct cleanup *next;
    void (*run)(void *);
    void *object;
};

struct arena {
    struct block *blocks; /* the one allocated from first */
    struct cleanup *cleanups;
    size_t limit;
    size_t used;
    bool private;
};

struct arena *arena_new(size_t limit)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena != NULL) {
        arena->limit = limit;
    }
    return arena;
}

struct arena *arena_new_private(size_t limit)
{
    struct arena *arena = arena_new(limit);
    if (arena != NULL) {
        arena->private = true;
    }
    return arena;
}

static void run_cleanups(struct arena *arena)
{
    while (arena->cleanups != NULL) {
        struct cleanup *cleanup = arena->cleanups;
        arena->cleanups = cleanup->next;
        cleanup->run(cleanup->object);
    }
}

/* Frees all blocks but one of the ordinary size, which is emptied and kept when `keep` says so. */
static void release_blocks(struct arena *arena, bool keep)
{
    struct block *kept = NULL;
    struct block *next;
    for (struct block *block = arena->blocks; block != NULL; block = next) {
        next = block->next;
        if (arena->private) {
            explicit_bzero(block->bytes, block->used);
        }
        if (keep && kept == NULL && block->size == BLOCK_SIZE) {
            kept = block;
            kept->next = NULL;
            kept->used = 0;
        } else {
            free(block);
        }
    }
    arena->blocks = kept;
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    run_cleanups(arena);
    release_blocks(arena, false);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    run_cleanups(arena);
    release_blocks(arena, !ONE_BLOCK_PER_ALLOCATION);
}

static struct block *block_new(struct arena *arena, size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        return NULL;
    }
    block->size = size;
    block->used = 0;
    /* A block made for one large allocation is full at once: the one in use stays in front. */
    if (arena->blocks != NULL && size != BLOCK_SIZE) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

static struct block *block_with_room(struct arena *arena, size_t size)
{
    struct block *current = arena->blocks;
    if (ONE_BLOCK_PER_ALLOCATION) {
        return block_new(arena, size);
    }
    if (current != NULL && size <= current->size - current->used) {
        return current;
    }
    return block_new(arena, size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE);
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (size > arena->limit - arena->used) {
        return NULL;
    }
    /* A size of 0 takes a place too, so that every pointer is a different one. */
    size_t rounded = size == 0 ? alignment : (size + alignment - 1) & ~(alignment - 1);
    if (rounded > arena->limit - arena->used) {
        return NULL;
    }
    size_t taken = ONE_BLOCK_PER_ALLOCATION ? size : rounded;
    struct block *block = block_with_room(arena, taken);
    if (block == NULL) {
        return NULL;
    }
    unsigned char *bytes = block->bytes + block->used;
    block->used += taken;
    arena->used += rounded;
    return memset(bytes, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        return NULL;
    }
    return arena_alloc(arena, total);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    if (length == SIZE_MAX) {
        return NULL;
    }
    char *copy = arena_alloc(arena, length + 1);
    if (copy != NULL && length != 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return NULL;
    }
    char *text = arena_alloc(arena, (size_t)length + 1);
    if (text == NULL) {
        return NULL;
    }
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

enum error_kind arena_defer(struct arena *arena, void (*run)(void *), void *object)
{
    struct cleanup *cleanup = arena_alloc(arena, sizeof *cleanup);
    if (cleanup == NULL) {
        run(object);
        return ERROR_INTERNAL;
    }
    *cleanup = (struct cleanup){ .next = arena->cleanups, .run = run, .object = object };
    arena->cleanups = cleanup;
    return ERROR_NONE;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
