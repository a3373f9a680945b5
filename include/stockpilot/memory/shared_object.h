/*
 * shared_object.h - a POSIX shared memory object that all processes of one user on a host open by
 * name, and that the first of them prepares.
 *
 * An object that another user owns or may reach is refused. One with another layout (of another
 * version of these programs) is replaced under its name, while those who have it mapped keep
 * theirs. One whose maker died while preparing it is prepared again. All of its memory is reserved
 * at once: on a full /dev/shm opening fails, rather than a later write.
 */
#ifndef STOCKPILOT_MEMORY_SHARED_OBJECT_H
#define STOCKPILOT_MEMORY_SHARED_OBJECT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"

struct shared_layout {
    /* What the object's first eight bytes hold once it is prepared. Changes with the meaning of the
     * fields; their sizes are covered by the object's size. */
    uint64_t magic;
    size_t size;
    /* Makes zeroed memory usable, all but the magic. 0, or the errno. */
    int (*prepare)(void *memory);
};

/* A file descriptor of the object comes along if descriptor is not NULL: close it, or keep it for
 * shared_object_hold(). NULL with error->cause on failure. */
MUST_CHECK void *shared_object_map(const char *name, const struct shared_layout *layout,
                                   int *descriptor, struct error *error);
void shared_object_unmap(void *memory, const struct shared_layout *layout);

/* Of one that is there already and has this layout; makes none. ERROR_NOT_FOUND when there is none
 * of that name. */
MUST_CHECK void *shared_object_map_present(const char *name, const struct shared_layout *layout,
                                           int *descriptor, struct error *error);

/* Makes this process the object's holder, of whom there is one at a time, until it ends, or has
 * both closed the descriptor and unmapped the memory; a child that it forks holds on to it as well
 * until it execs. false: somebody else is. */
MUST_CHECK bool shared_object_hold(int descriptor);

/* Whether anybody else is. */
bool shared_object_is_held(int descriptor);

/* A mutex for all processes, which passes on when its owner dies (EOWNERDEAD). 0, or the errno. */
MUST_CHECK int shared_mutex_init(pthread_mutex_t *mutex);

#endif
