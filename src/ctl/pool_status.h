/*
 * pool_status.h - what stockpilotctl status shows: the pool and its workers at one moment, and in
 * words what is wrong with them.
 */
#ifndef STOCKPILOT_SRC_CTL_POOL_STATUS_H
#define STOCKPILOT_SRC_CTL_POOL_STATUS_H

#include "pool_access.h"

#define STATUS_MAX_FINDINGS 16
#define STATUS_FINDING_SIZE 320

struct pool_status {
    pid_t pool; /* 0: none runs */
    unsigned minimum, maximum, wanted;
    unsigned busy_percent;
    uint32_t reloads;
    enum reload_state reload_state;
    uint32_t quick_deaths;
    int last_death; /* as wait(2) has it */
    int64_t next_start_us;
    int64_t hard_limit_us;
    int64_t now_us;
    int64_t started_us;
    size_t worker_count;
    struct worker_view workers[SCOREBOARD_SLOTS];
    size_t finding_count;
    char findings[STATUS_MAX_FINDINGS][STATUS_FINDING_SIZE];
};

/* Reads the scoreboard, and fills the findings. */
void pool_status_read(const struct pool_access *access, struct pool_status *status);

/* Sentences about what is wrong; none when all is well. */
void pool_status_judge(struct pool_status *status);

/* "idle", "busy", "draining", "stopped" or "starting". */
const char *pool_status_worker_state(const struct worker_view *view);
const char *pool_status_database(const struct worker_view *view);

#endif
