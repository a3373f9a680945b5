/*
 * supervisor.h - the three processes of the notifier: one publishes, one keeps house, one verifies.
 *
 * They are apart so that none waits for another: for a topic that does not answer, or for a
 * verification of minutes. One that ends is started again, after a pause when it had just begun.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_SUPERVISOR_H
#define STOCKPILOT_SRC_NOTIFIER_SUPERVISOR_H

#include "stockpilot/config/configuration.h"

enum supervisor_end { SUPERVISOR_STOPPED, SUPERVISOR_RELOAD };

/* Blocks TERM, INT, HUP and CHLD, which it waits for. */
void supervisor_take_signals(void);

/* Keeps all going until TERM or INT (stopped) or HUP (reload), and has them end then: within two
 * seconds. A publisher that does not, since SNS keeps it waiting, is killed and its claims are
 * given back; the message it had in hand is published again, under the same event_id. */
enum supervisor_end supervisor_run(const struct configuration *configuration);

#endif
