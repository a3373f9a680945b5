/* connection.h - opening, watching and dropping the connection. Only for src/store. */
#ifndef STOCKPILOT_SRC_STORE_CONNECTION_H
#define STOCKPILOT_SRC_STORE_CONNECTION_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/store/store.h"

/* More statements than this worker has. */
#define STORE_MAX_STATEMENTS 256

struct statement;

struct store {
    char *database_url;
    PGconn *connection;  /* NULL: none */
    bool tried;          /* to connect, at least once */
    int64_t retry_at_ms; /* after a failed try, not before */
    int request_time_ms; /* what a request has that did not wait for its turn */
    struct store_meanwhile meanwhile;
    unsigned first_host; /* of a URL with several: where to begin */
    const struct statement *prepared[STORE_MAX_STATEMENTS];
    size_t prepared_count;
    bool listening; /* for notices, on this connection */
};

/* Gives a usable connection, opening one if need be. ERROR_UNAVAILABLE with a cause. */
MUST_CHECK enum error_kind connection_ensure(struct store *store, struct deadline deadline,
                                             struct error *error);

/* Closes it at once; the next use opens another. */
void connection_drop(struct store *store);

/* Closes it. If the database had a chance to answer, none is opened for a moment: whoever waits is
 * told so. */
void connection_blame(struct store *store, bool had_a_chance);

/* Whether so much time is left that silence would be the database's fault. A request that has
 * waited for its worker may have too little; that it ends says nothing to those behind it. */
MUST_CHECK bool connection_has_a_chance(const struct store *store, struct deadline deadline);

/* Sends what is queued and waits until something can be read. false: the deadline passed or it
 * broke. */
MUST_CHECK bool connection_wait(struct store *store, struct deadline deadline);

#endif
