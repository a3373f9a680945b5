/*
 * restart_pause.h - how long to wait before a worker is started in place of one that ended by
 * itself.
 *
 * One that had lived for a while is replaced at once. When workers end soon after their start, each
 * further time doubles the pause, up to RESTART_PAUSE_MAX_MS, for as long as it takes: there is no
 * giving up. Workers that end together count once.
 */
#ifndef STOCKPILOT_POOL_RESTART_PAUSE_H
#define STOCKPILOT_POOL_RESTART_PAUSE_H

#include <stdint.h>

#define RESTART_PAUSE_FIRST_MS 100
#define RESTART_PAUSE_MAX_MS 30000

/* A worker that lived so long did not end because of how it was started. */
#define RESTART_CALM_MS 10000

/* Zeroed: none has ended yet. Times are microseconds of the monotonic clock. */
struct restart_pause {
    uint32_t quick_deaths; /* in a row */
    int64_t begun_us;      /* when the last of them was counted */
    int64_t until_us;      /* nobody is started before */
};

void restart_pause_note_death(struct restart_pause *pause, int64_t started_us, int64_t now_us);

/* All workers have been well for RESTART_CALM_MS. */
void restart_pause_end(struct restart_pause *pause);

#endif
