/*
 * jwks_shared.h - what lies in the shared memory of a JWKS cache, and how a process gets at it.
 * Internal to jwks_cache.c and jwks_shared.c.
 *
 * Two slots take turns: the set of generation g lies in slot g % 2, and the next is written into
 * the other one before `generation` says so. A writer that dies while writing leaves garbage only
 * where nobody looks. A reader that was overtaken by two whole fetches sees the generation moved,
 * and reads again.
 */
#ifndef STOCKPILOT_AUTH_JWKS_SHARED_H
#define STOCKPILOT_AUTH_JWKS_SHARED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "stockpilot/auth/jwks.h"
#include "stockpilot/error/error.h"

struct jwks_shared {
    uint64_t magic; /* written last, when all the rest is ready; also stands for the layout */
    pthread_mutex_t fetching;
    _Atomic uint64_t generation;
    _Atomic int64_t refresh_at_ms;
    _Atomic int64_t
        pause; /* until when no kid is asked for, in ms, times two; plus 1 after a failure */
    _Atomic int64_t fetch_began_ms; /* of the fetch that runs, else 0; monotonic clock */
    uint32_t failures;              /* in a row; under the lock */
    struct jwks slots[2];
};

/* Maps the object of that name, making and preparing it first where needed; NULL with error->cause.
 */
MUST_CHECK struct jwks_shared *jwks_shared_map(const char *name, struct error *error);
void jwks_shared_unmap(struct jwks_shared *shared);

#endif
