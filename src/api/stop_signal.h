/* stop_signal.h - TERM, INT and USR2 as a flag that is only ever set while the worker waits. Only
 * for src/api. */
#ifndef STOCKPILOT_SRC_API_STOP_SIGNAL_H
#define STOCKPILOT_SRC_API_STOP_SIGNAL_H

#include <signal.h>

#include "stockpilot/api/worker.h"

enum stop_signal {
    STOP_NONE,
    STOP_DRAIN, /* TERM, INT: all of the pool end, so this worker keeps what it has until nginx lets
                   go */
    STOP_LEAVE  /* USR2: others stay, who take over what this worker has */
};

/* Also counts while the signal is only pending: epoll_pwait delivers none as long as it finds
 * something ready, so a worker under full load would never learn of it. */
enum stop_signal stop_signal_came(void);

/* The signal mask to wait with: everything may come. */
void stop_signal_mask_while_waiting(sigset_t *mask);

#endif
