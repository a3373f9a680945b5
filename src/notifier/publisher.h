/*
 * publisher.h - the process that takes messages out of the outbox and publishes them.
 *
 * It publishes outside of any transaction and marks the message afterwards: whatever happens in
 * between, it is published at least once, each time under the same event_id. The database being
 * away, or SNS, is waited for.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_PUBLISHER_H
#define STOCKPILOT_SRC_NOTIFIER_PUBLISHER_H

#include "stockpilot/config/configuration.h"

/* Goes on until TERM, which is blocked; then finishes the message in hand and gives the other
 * claims back. claimant: a UUID under which it claims. Returns the exit status. */
int publisher_run(const struct configuration *configuration, const char *claimant);

#endif
