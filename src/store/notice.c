#include "stockpilot/store/notice.h"

#include <poll.h>

#include "connection.h"
#include "pipeline.h"
#include "stockpilot/log/log.h"

static const struct statement listen = { "outbox_listen", "LISTEN stockpilot_outbox", 0 };

enum error_kind store_listen(const struct store_request *request)
{
    struct store *store = request->store;
    enum error_kind kind = connection_ensure(store, request->deadline, request->error);
    if (kind != ERROR_NONE || store->listening) {
        return kind;
    }
    const struct call call = { &listen, { NULL } };
    const PGresult *result;
    kind = pipeline_read(request, &call, 1, &result);
    if (kind == ERROR_NONE) {
        store->listening = true;
    }
    return kind;
}

/* Those that came during other exchanges are among them. */
static bool take_notices(PGconn *connection)
{
    bool any = false;
    for (PGnotify *notice = PQnotifies(connection); notice != NULL;
         notice = PQnotifies(connection)) {
        PQfreemem(notice);
        any = true;
    }
    return any;
}

static enum notice_wait lost(struct store *store)
{
    LOG(LOG_LEVEL_WARNING, "database_connection_lost");
    connection_drop(store);
    return NOTICE_LOST;
}

enum notice_wait store_wait_for_notice(struct store *store, int descriptor,
                                       struct deadline deadline)
{
    for (;;) {
        bool listening = store->connection != NULL && store->listening;
        if (listening && take_notices(store->connection)) {
            return NOTICE_CAME;
        }
        struct pollfd wanted[] = {
            { .fd = descriptor, .events = POLLIN },
            { .fd = listening ? PQsocket(store->connection) : -1, .events = POLLIN },
        };
        int left = deadline_left_ms(deadline);
        if (left > 0 && poll(wanted, 2, left) < 0) {
            continue; /* a signal */
        }
        if (wanted[0].revents != 0) {
            return NOTICE_OTHER;
        }
        if (wanted[1].revents != 0 && PQconsumeInput(store->connection) != 1) {
            return lost(store);
        }
        if (wanted[1].revents == 0 && deadline_passed(deadline)) {
            return NOTICE_TIME_UP;
        }
    }
}
