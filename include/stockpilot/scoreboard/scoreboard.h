/*
 * scoreboard.h - what every worker of a host is doing, and how its pool is, in shared memory.
 *
 * Each worker has a slot: given to it by the pool that started it, or taken by itself under a bare
 * spawn-fcgi. It writes what it does there with plain atomic stores; nobody waits for anybody.
 * Whoever reads beside it may see a request half begun, never something that is not text or not a
 * number. Of a dead worker all is as it was when it died, until the pool frees the slot.
 *
 * Times are microseconds of CLOCK_MONOTONIC, which all processes of a host share.
 */
#ifndef STOCKPILOT_SCOREBOARD_SCOREBOARD_H
#define STOCKPILOT_SCOREBOARD_SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "stockpilot/error/error.h"
#include "stockpilot/metrics/metrics.h"

#define SCOREBOARD_SLOTS 256

/* With room for those that drain while others take their place. */
#define POOL_MAX_WORKERS 64

#define SCOREBOARD_REQUEST_ID_SIZE 40

enum worker_state { WORKER_STARTING, WORKER_IDLE, WORKER_BUSY };

/* As of the worker's latest use of it. */
enum database_state { DATABASE_UNTRIED, DATABASE_CONNECTED, DATABASE_AWAY };

struct scoreboard_slot {
    _Atomic int32_t pid;   /* 0: free */
    _Atomic uint32_t pool; /* which reload of the pool started it; 0: no pool did */
    _Atomic uint32_t state;
    _Atomic uint32_t draining;
    _Atomic uint32_t stopped; /* by SIGSTOP or the like: the pool sees that, not the worker */
    _Atomic uint32_t route;   /* of the request it has or had last: see metrics_route_name() */
    _Atomic uint32_t connections;
    _Atomic uint32_t database;
    _Atomic uint32_t exporting; /* the request at hand sends a long list */
    _Atomic int64_t started_us;
    _Atomic int64_t since_us; /* in this state */
    _Atomic int64_t beat_us;  /* when it was last seen waiting; at least once a second */
    _Atomic int64_t busy_us;  /* in all, up to the end of the last request */
    _Atomic uint64_t requests;
    _Atomic uint64_t errors;    /* of those, answered with 500 and above */
    _Atomic uint64_t memory_kb; /* of its own: without what it shares with files and others */
    _Atomic uint64_t request_id[SCOREBOARD_REQUEST_ID_SIZE / 8]; /* text, zero-padded */
};

enum reload_state {
    RELOAD_NONE,
    RELOAD_CHECKING, /* whether the new program takes the new configuration */
    RELOAD_REFUSED,  /* it does not; all is as before */
    RELOAD_ROLLING,
    RELOAD_DONE
};

/* In place of a wait status: it was replaced for its memory. */
#define DEATH_BY_MEMORY (-1)

/* What the pool says of itself. Only it writes, but for `asked`. */
struct pool_board {
    _Atomic int32_t pid;
    _Atomic int64_t started_us;
    _Atomic uint32_t minimum, maximum; /* of workers; the same unless it scales by itself */
    _Atomic uint32_t wanted;
    _Atomic uint32_t busy_percent; /* of the workers' time, in the last SCALING_INTERVAL_MS */
    _Atomic uint32_t reloads;      /* asked for so far, the start counted as one */
    _Atomic uint32_t reload_state;
    _Atomic uint32_t quick_deaths; /* in a row: workers that ended soon after their start */
    _Atomic int32_t last_death;    /* how the last of them ended, as wait(2) has it */
    _Atomic int64_t next_start_us; /* until then none is started, after quick deaths */
    _Atomic int64_t hard_limit_us;
    _Atomic uint64_t asked;    /* by stockpilotctl scale: number, minimum, maximum */
    _Atomic uint32_t answered; /* the number of the last of these that was done */
};

struct scoreboard {
    uint64_t magic;
    struct pool_board pool;
    struct scoreboard_slot slots[SCOREBOARD_SLOTS];
    struct metrics metrics;
};

/*
 * Opens the scoreboard of that name ("/name" for shm_open(3)), making it where there is none. It
 * stays when all have left. descriptor: see shared_object.h; NULL: not wanted. NULL with
 * error->cause on failure.
 */
MUST_CHECK struct scoreboard *scoreboard_open(const char *name, int *descriptor,
                                              struct error *error);

/* One that is there; ERROR_NOT_FOUND when nobody has made it yet. */
MUST_CHECK struct scoreboard *scoreboard_open_present(const char *name, int *descriptor,
                                                      struct error *error);
void scoreboard_close(struct scoreboard *scoreboard);

/* Gives a free slot to this process, or the one it was given before its exec; NULL when all are
 * taken. A slot whose process is gone is free. */
struct scoreboard_slot *scoreboard_join(struct scoreboard *scoreboard, uint32_t pool);

/* The slot of a process, or NULL. */
struct scoreboard_slot *scoreboard_find(struct scoreboard *scoreboard, pid_t pid);

/* Frees the slot, if it is still that process'. */
void scoreboard_leave(struct scoreboard_slot *slot, pid_t pid);

/* Of the worker itself. */
void scoreboard_idle(struct scoreboard_slot *slot);
void scoreboard_begin(struct scoreboard_slot *slot, const char *request_id, int64_t now_us);
void scoreboard_end(struct scoreboard_slot *slot, bool failed, int64_t now_us);

/* The request at hand is a long export, up to its end. false: it may not be, since half of the
 * workers (of one, that one) are at one already. */
MUST_CHECK bool scoreboard_begin_export(struct scoreboard *scoreboard,
                                        struct scoreboard_slot *slot);

/* What a reader makes of a slot. */
struct worker_view {
    pid_t pid;
    uint32_t pool;
    enum worker_state state;
    bool draining;
    bool stopped;
    char route[METRICS_METHOD_SIZE + METRICS_ROUTE_SIZE + 1];
    char request_id[SCOREBOARD_REQUEST_ID_SIZE + 1];
    unsigned connections;
    enum database_state database;
    int64_t started_us, since_us, beat_us, busy_us;
    uint64_t requests, errors, memory_kb;
};

/* false: the slot is free, or its worker is gone. */
MUST_CHECK bool scoreboard_view(const struct scoreboard *scoreboard, size_t slot,
                                struct worker_view *view);

/* How long a worker has shown no sign of life: busy with one request, or not even waiting. */
int64_t worker_silence_us(const struct worker_view *view, int64_t now_us);

/* Appends the gauges of workers and pool, and all metrics. */
void scoreboard_expose(const struct scoreboard *scoreboard, struct buffer *text);

#endif
