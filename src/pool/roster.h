/*
 * roster.h - the pool's children, one line each. Only for src/pool.
 */
#ifndef STOCKPILOT_SRC_POOL_ROSTER_H
#define STOCKPILOT_SRC_POOL_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "stockpilot/scoreboard/scoreboard.h"

/* Those that serve, and twice as many that are on their way out. */
#define ROSTER_SIZE (3 * POOL_MAX_WORKERS)

enum child_phase {
    CHILD_STARTING,
    CHILD_SERVING,
    CHILD_LEAVING, /* it was told to end, and drains */
    CHILD_KILLED   /* it has yet to be waited for */
};

/* Why another is to take its place, or why it goes. */
enum child_reason {
    REASON_NONE,
    REASON_RELOAD,
    REASON_REQUESTS,
    REASON_MEMORY,
    REASON_SCALED_DOWN,
    REASON_STOP
};

struct child {
    pid_t pid;
    enum child_phase phase;
    enum child_reason outdated; /* REASON_NONE: it counts towards the number that is wanted */
    int64_t started_us;
    int64_t leaving_us;
    int64_t sampled_busy_us; /* at the last look at how busy it is */
};

struct roster {
    struct child children[ROSTER_SIZE];
    size_t count;
};

/* NULL when there is no room. */
struct child *roster_add(struct roster *roster, pid_t pid, int64_t started_us);
struct child *roster_find(struct roster *roster, pid_t pid);

/* Moves the last line into the gap. */
void roster_remove(struct roster *roster, struct child *child);

/* In that phase; `current`: of these only those that are not outdated. */
unsigned roster_count(const struct roster *roster, enum child_phase phase, bool current);

/* Whether any that serves or starts is outdated for that reason. */
bool roster_has_outdated(const struct roster *roster, enum child_reason reason);

const char *child_reason_name(enum child_reason reason);

#endif
