/*
 * supervisor.h - the processes of the notifier: one for each destination that is configured, one
 * that keeps house, one that verifies.
 *
 * They are apart so that none waits for another: for SNS that does not answer, or for a
 * verification of minutes. One that ends is started again, after a pause when it had just begun.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_SUPERVISOR_H
#define STOCKPILOT_SRC_NOTIFIER_SUPERVISOR_H

#include <stdbool.h>

#include "stockpilot/config/configuration.h"

enum supervisor_end { SUPERVISOR_STOPPED, SUPERVISOR_RELOAD };

/* Blocks TERM, INT, HUP and CHLD, which it waits for. */
void supervisor_take_signals(void);

/* What HUP asks for: whether there is another configuration to go on with. It may take long: the
 * processes go on meanwhile, only that one that ends is not started again. */
struct supervisor_reload {
    bool (*prepare)(void *context);
    void *context;
};

/* Keeps all going until TERM or INT (stopped) or a HUP that has prepared something (reload), and
 * has them end then: within two seconds. A relay that does not, since its destination keeps it
 * waiting, is killed and its claims are given back; the message it had in hand is delivered again,
 * under the same message_id. */
enum supervisor_end supervisor_run(const struct configuration *configuration,
                                   const struct supervisor_reload *reload);

#endif
