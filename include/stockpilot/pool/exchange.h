/*
 * exchange.h - the pair of sockets on which the workers of a pool pass connections on to each
 * other: made by the pool, inherited by its workers and by the pool that a reload makes of it. Its
 * descriptors are named in the environment, as systemd does with LISTEN_FDS.
 */
#ifndef STOCKPILOT_POOL_EXCHANGE_H
#define STOCKPILOT_POOL_EXCHANGE_H

#include "stockpilot/error/error.h"

struct exchange_pair {
    int pass_to; /* connections are sent here, */
    int passed;  /* and received here by whoever is first; non-blocking */
};

/* What this process was given; -1 and -1 when nothing, or something else, was. */
struct exchange_pair exchange_inherited(void);

/* The one this process was given, or else a new one, and in the environment either way. */
MUST_CHECK enum error_kind exchange_prepare(struct error *error);

#endif
