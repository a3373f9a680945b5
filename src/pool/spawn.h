/* spawn.h - starting one worker. Only for src/pool. */
#ifndef STOCKPILOT_SRC_POOL_SPAWN_H
#define STOCKPILOT_SRC_POOL_SPAWN_H

#include <signal.h>
#include <sys/types.h>

#include "stockpilot/scoreboard/scoreboard.h"

/* As the shell has it. */
#define EXIT_NOT_RUN 127

struct spawn_settings {
    const char *worker;      /* absolute path of the program */
    char *config_file;       /* NULL: its own default */
    const sigset_t *signals; /* the mask it begins with */
};

/* Gives it a slot of the scoreboard, and the signal TERM should the pool die. -1 with errno. A
 * program that cannot be run shows as a child that ends with 127. */
pid_t spawn_worker(const struct spawn_settings *settings, struct scoreboard *scoreboard,
                   uint32_t generation);

#endif
