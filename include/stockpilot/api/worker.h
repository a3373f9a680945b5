/*
 * worker.h - the life of one worker: wait, serve, log, until told to stop.
 *
 * USR2 leaves: connections go to other workers of the pool at once, if it has an exchange for them.
 * TERM and INT drain: no new connections are taken, kept ones are served until nginx lets go of
 * them, and the worker is gone after DRAIN_LIMIT_SECONDS at the latest. A request that runs when
 * the signal comes is finished first.
 */
#ifndef STOCKPILOT_API_WORKER_H
#define STOCKPILOT_API_WORKER_H

#include "stockpilot/api/dispatch.h"

#define DRAIN_LIMIT_SECONDS 30

/* Memory one request may use, its body and its answer included. The rows it reads are libpq's and
 * come on top: a page of at most 1001 of them. */
#define WORKER_ARENA_LIMIT (32u * 1024 * 1024)

struct worker_settings {
    int listen_socket;
    unsigned maximum_connections;
    int pass_to, passed; /* the exchange of connections, see fastcgi/server.h; -1: none */
    struct dispatcher *dispatcher;
    int slow_request_ms; /* 0: none is logged as slow */
};

/* Must come before anything that installs signal handlers of its own (libfcgi does). Blocks the
 * stop signals; they are let through only while the worker waits. */
void worker_take_signals(void);

/* Returns when drained. ERROR_INTERNAL with a cause when it cannot run at all. */
MUST_CHECK enum error_kind worker_run(const struct worker_settings *settings, struct error *error);

#endif
