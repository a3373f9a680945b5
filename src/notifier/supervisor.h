/*
 * supervisor.h - the processes of the notifier: one for each destination that is configured, one
 * that keeps house, one that verifies.
 *
 * They are apart so that none waits for another: for SNS that does not answer, or for a
 * verification of minutes. One that ends is started again, after a pause when it had just begun.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_SUPERVISOR_H
#define STOCKPILOT_SRC_NOTIFIER_SUPERVISOR_H

#include "stockpilot/config/configuration.h"

enum supervisor_end { SUPERVISOR_STOPPED, SUPERVISOR_RELOAD };

/* Blocks TERM, INT, HUP and CHLD, which it waits for. */
void supervisor_take_signals(void);

/* Keeps all going until TERM or INT (stopped) or HUP (reload), and has them end then: within two
 * seconds. A relay that does not, since its destination keeps it waiting, is killed and its claims
 * are given back; the message it had in hand is delivered again, under the same message_id. */
enum supervisor_end supervisor_run(const struct configuration *configuration);

#endif
