/*
 * relay.h - the process that takes the messages of one destination out of the outbox to it.
 *
 * It delivers outside of any transaction and marks the message afterwards: whatever happens in
 * between, it is delivered at least once, each time under the same message_id. The database being
 * away, or the destination, is waited for.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_RELAY_H
#define STOCKPILOT_SRC_NOTIFIER_RELAY_H

#include "destination.h"
#include "stockpilot/config/configuration.h"

/* Goes on until TERM, which is blocked; then finishes the message in hand and gives the other
 * claims back. The destination is configured. claimant: a UUID under which it claims, nobody
 * else's. Returns the exit status. */
int relay_run(const struct configuration *configuration, const struct destination *destination,
              const char *claimant);

#endif
