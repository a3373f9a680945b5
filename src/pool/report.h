/*
 * report.h - what the pool tells CloudWatch each METRICS_INTERVAL_S: the metrics of its host's
 * workers, as one line of the log (metric_line.h). Only for src/pool.
 *
 * Each line covers the time since the one before, without a gap and without an overlap. A reload
 * hands on what was reported, since the process stays and only its program is another; and a pool
 * that ends reports what is left. A pool that is started anew begins with what happens from then
 * on: what one before it was killed with is in no line.
 */
#ifndef STOCKPILOT_SRC_POOL_REPORT_H
#define STOCKPILOT_SRC_POOL_REPORT_H

#include "stockpilot/metrics/totals.h"

struct pool;

struct report {
    int64_t since_us;             /* what the next line covers begins here, */
    int64_t due_us;               /* and it is written now or soon after */
    struct metrics_totals before; /* as of then */
    int64_t busy_us;              /* since then, of all workers together: busy, */
    int64_t worker_us;            /* and there at all */
};

/* Takes over what the program before this one in the process had reported, or begins now. `board`:
 * when the pool began, as the scoreboard has it, which tells one scoreboard from another. */
void report_begin(struct pool *pool, int64_t board_started_us, int64_t now_us);

/* So much of their time the workers were busy, and so much they had. */
void report_note_busy(struct report *report, int64_t busy_us, int64_t worker_us);

/* Writes the line when it is time, or (`rest`) since there will be no other. */
void report_write(struct pool *pool, bool rest, int64_t now_us);

/* Leaves it in the environment for the program that this process becomes, or takes it out again. */
MUST_CHECK bool report_hand_over(const struct pool *pool);
void report_withdraw(void);

#endif
