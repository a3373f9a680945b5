/*
 * notice.h - being told by the database that there is something to do (LISTEN and NOTIFY).
 *
 * A notice is a hint: one that comes while there is no connection is lost. So whoever waits first
 * listens, then looks, and looks again after every wait, whatever ended it.
 */
#ifndef STOCKPILOT_STORE_NOTICE_H
#define STOCKPILOT_STORE_NOTICE_H

#include "stockpilot/store/store.h"

/* Listens for notices of the outbox; does nothing where this connection does so already. */
MUST_CHECK enum error_kind store_listen(const struct store_request *request);

enum notice_wait {
    NOTICE_CAME,
    NOTICE_OTHER,   /* the other descriptor can be read */
    NOTICE_TIME_UP, /* the deadline passed */
    NOTICE_LOST     /* the connection broke; it is closed */
};

/* Waits for the first of these. descriptor: what else to wait for; it is not read. Without a
 * connection, or one that does not listen, it waits for the other two. */
enum notice_wait store_wait_for_notice(struct store *store, int descriptor,
                                       struct deadline deadline);

#endif
