/*
 * pool.h - the pool: keeps as many workers alive as are wanted, and lets none go before another has
 * taken its place. Only for src/pool.
 *
 * One loop: take signals, take note of who ended, look at the scoreboard, then bring what there is
 * closer to what is wanted by one step. Scaling, reloading, recycling and replacing a crashed
 * worker are all the same step: start what is missing of those that count, and send TERM to what
 * is too much, those that are outdated first.
 */
#ifndef STOCKPILOT_SRC_POOL_POOL_H
#define STOCKPILOT_SRC_POOL_POOL_H

#include <signal.h>
#include <stdbool.h>

#include "report.h"
#include "roster.h"
#include "spawn.h"
#include "stockpilot/error/error.h"
#include "stockpilot/pool/restart_pause.h"
#include "stockpilot/pool/scaling.h"

struct pool_settings {
    unsigned minimum, maximum;
    int64_t hard_limit_us;
    uint64_t max_requests;      /* of one worker; 0: any number */
    uint64_t max_memory_kb;     /* likewise */
    int64_t report_interval_us; /* 0: nothing is reported */
    const char *environment;    /* as the reports name it */
    struct spawn_settings spawn;
    const char *program; /* this program, to be run anew by a reload */
    char **arguments;    /* what it was called with */
};

struct pool {
    const struct pool_settings *settings;
    struct scoreboard *scoreboard;
    struct roster roster;
    struct restart_pause pause;
    struct scaling scaling;
    struct report report;
    uint32_t generation; /* reloads so far, the start counted as one */
    int signals;         /* signalfd(2) */
    bool stopping;
    bool rolling; /* a reload has workers left to replace */
    int64_t rolling_since_us;
    int64_t stopping_since_us;
    int64_t sampled_us;    /* the last look at how busy they are */
    int64_t well_since_us; /* all that are wanted have been there since */
    pid_t checking;        /* the process that looks whether a reload may be; 0: none */
    int offered;           /* the snapshot of parameters that it may fill (snapshot.h); -1: none */
    bool reload_again;     /* another reload was asked for meanwhile */
};

/* The signals it takes: blocked in this process, and read from pool->signals. *before gets the mask
 * as it was. Must come before any worker is started. */
MUST_CHECK enum error_kind pool_take_signals(struct pool *pool, sigset_t *before,
                                             struct error *error);

/* Runs until told to stop and all workers are gone. */
void pool_run(struct pool *pool);

/* workers.c: who ended, who hangs, who is missing, who is too many. */
void pool_reap(struct pool *pool, int64_t now_us);
void pool_watch(struct pool *pool, int64_t now_us);
void pool_sample(struct pool *pool, int64_t now_us);
void pool_start_missing(struct pool *pool, int64_t now_us);
void pool_let_go(struct pool *pool, int64_t now_us);
void pool_stop_all(struct pool *pool, int64_t now_us);
void pool_kill_overdue(struct pool *pool, int64_t now_us);

/* reload.c: the configuration is checked by a process of its own, which is the program as it is on
 * disk now; then this process becomes that program, and its workers are outdated. What the check
 * has read from Parameter Store is what that program and its workers go by. */
void reload_ask(struct pool *pool);
void reload_checked(struct pool *pool, int status);
void reload_progress(struct pool *pool, int64_t now_us);

/* Takes over what the program that ran before in this process left in its environment. false: there
 * was none. */
bool reload_take_over(struct pool *pool);

#endif
