/* patience.h - waiting that a signal to stop ends. */
#ifndef STOCKPILOT_SRC_NOTIFIER_PATIENCE_H
#define STOCKPILOT_SRC_NOTIFIER_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor that can be read once TERM has come, which is blocked; -1 when there is none to be
 * had. */
int patience_open(void);

/* Whether it has come. */
bool patience_is_over(int descriptor);

/* Waits so long, or until it comes. */
void patience_wait(int descriptor, int64_t milliseconds);

#endif
