/*
 * pool_access.h - how a command gets at the pool: its scoreboard, and signals.
 *
 * The scoreboard is its owner's alone. Root becomes that owner before it opens it: what stands in
 * there then decides about nothing that the owner could not do anyway.
 */
#ifndef STOCKPILOT_SRC_CTL_POOL_ACCESS_H
#define STOCKPILOT_SRC_CTL_POOL_ACCESS_H

#include <signal.h>

#include "command.h"
#include "stockpilot/scoreboard/scoreboard.h"

struct pool_access {
    struct scoreboard *scoreboard;
    int descriptor;
    char name[256]; /* of the scoreboard */
};

/* false after saying why: the configuration is wrong, or there is no scoreboard. */
MUST_CHECK bool pool_access_open(const char *config_file, struct pool_access *access);
void pool_access_close(struct pool_access *access);

/* The pool's process id, or 0 when none runs. */
pid_t pool_access_pid(const struct pool_access *access);

/* For whoever waits for the pool to have got somewhere: until it is worth looking again. */
void pool_access_pause(void);

/* Sends the pool a signal; false after saying why not. */
MUST_CHECK bool pool_access_signal(const struct pool_access *access, int signal_number);

#endif
