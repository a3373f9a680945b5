/* stop_signal.h - TERM and INT as a flag that is only ever set while the worker waits. Only for
 * src/api. */
#ifndef STOCKPILOT_SRC_API_STOP_SIGNAL_H
#define STOCKPILOT_SRC_API_STOP_SIGNAL_H

#include <signal.h>
#include <stdbool.h>

#include "stockpilot/api/worker.h"

/* Also true while the signal is only pending: epoll_pwait delivers none as long as it finds
 * something ready, so a worker under full load would never learn of it. */
bool stop_signal_came(void);

/* The signal mask to wait with: everything may come. */
void stop_signal_mask_while_waiting(sigset_t *mask);

#endif
