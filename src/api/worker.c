#include "stockpilot/api/worker.h"

#include <string.h>

#include "activity.h"
#include "request_log.h"
#include "stockpilot/fastcgi/server.h"
#include "stockpilot/httpclient/httpclient.h"
#include "stockpilot/log/log.h"
#include "stop_signal.h"

/* How often a draining worker looks at the clock. */
#define WAIT_MS 1000

/* How long a request waits for a server behind us before others no longer wait behind it. */
#define PATIENCE_MS 4

/* How often a worker without work looks whether the database is back. */
#define RECONNECT_INTERVAL_MS 5000

/* How long a worker tries to reach the database before it takes its first request. */
#define EARLY_CONNECT_MS 500

struct worker {
    struct dispatcher *dispatcher;
    struct arena *arena;
    int slow_request_ms;
    struct deadline reconnect_at;
};

static enum database_state database_state(const struct worker *worker)
{
    switch (store_state(worker->dispatcher->services.store)) {
    case STORE_CONNECTED:
        return DATABASE_CONNECTED;
    case STORE_AWAY:
        return DATABASE_AWAY;
    case STORE_UNTRIED:
        break;
    }
    return DATABASE_UNTRIED;
}

static int step_aside(void *server)
{
    return fastcgi_server_step_aside(server);
}

static void pass_on_waiting(void *server)
{
    fastcgi_server_pass_on_waiting(server);
}

/* While one request waits long for the database, or for S3 or the issuer's keys, others of this
 * worker's connections are left to whoever is free. */
static void share_connections(const struct worker_settings *settings, struct fastcgi_server *server)
{
    const struct store_meanwhile meanwhile = {
        .patience_ms = PATIENCE_MS, .begin = step_aside, .ready = pass_on_waiting, .context = server
    };
    if (settings->pass_to >= 0) {
        fastcgi_server_exchange(server, settings->pass_to, settings->passed);
        store_do_meanwhile(settings->dispatcher->services.store, &meanwhile);
        httpclient_do_meanwhile(&(struct httpclient_meanwhile){ .patience_ms = PATIENCE_MS,
                                                                .begin = step_aside,
                                                                .ready = pass_on_waiting,
                                                                .context = server });
    }
}

/* So that the next request need not wait for it. Whether it works or not, requests tell. */
static void connect_early(struct worker *worker)
{
    struct error error = { 0 };
    (void)!store_connect(worker->dispatcher->services.store, deadline_after_ms(EARLY_CONNECT_MS),
                         &error);
    activity_connected(worker->dispatcher->activity, database_state(worker));
    worker->reconnect_at = deadline_after_ms(RECONNECT_INTERVAL_MS);
}

/* One that has nothing to do. Without it the status would say that the database is away for as long
 * as nobody asks for anything. */
static void reconnect_if_away(struct worker *worker)
{
    if (store_state(worker->dispatcher->services.store) == STORE_AWAY &&
        deadline_passed(worker->reconnect_at)) {
        connect_early(worker);
    }
}

static void serve(struct fastcgi_connection *connection, void *context)
{
    struct worker *worker = context;
    struct http_request request;
    int64_t began = clock_monotonic_us();
    if (fastcgi_receive(connection, worker->arena, ROUTE_MAX_BODY, &request)) {
        struct http_response response;
        struct dispatch_result result;
        struct activity *activity = worker->dispatcher->activity;
        activity_begin(activity, &request, began);
        dispatch(worker->dispatcher, worker->arena, &request, &response, &result);
        fastcgi_send(connection, &response, strcmp(request.method, "HEAD") == 0);
        int64_t now = clock_monotonic_us();
        activity_end(activity, response.status, database_state(worker), now);
        request_log(&request, &response, &result, now - began, worker->slow_request_ms);
    }
    arena_reset(worker->arena);
}

static enum error_kind serve_until_stopped(struct worker *worker, struct fastcgi_server *server,
                                           struct error *error)
{
    struct activity *activity = worker->dispatcher->activity;
    sigset_t while_waiting;
    stop_signal_mask_while_waiting(&while_waiting);
    enum stop_signal stop;
    while ((stop = stop_signal_came()) == STOP_NONE) {
        activity_waiting(activity, fastcgi_server_connections(server));
        enum error_kind kind = fastcgi_server_run(server, WAIT_MS, &while_waiting, error);
        if (kind != ERROR_NONE) {
            return kind;
        }
        reconnect_if_away(worker);
    }
    LOG(LOG_LEVEL_INFO, "worker_draining",
        LOG_NUMBER("connections", fastcgi_server_connections(server)));
    activity_draining(activity);
    if (stop == STOP_LEAVE) {
        fastcgi_server_leave(server);
    } else {
        fastcgi_server_drain(server);
    }
    struct deadline limit = deadline_after_ms(DRAIN_LIMIT_SECONDS * 1000);
    while (fastcgi_server_connections(server) > 0 && !deadline_passed(limit)) {
        activity_waiting(activity, fastcgi_server_connections(server));
        enum error_kind kind = fastcgi_server_run(server, WAIT_MS, &while_waiting, error);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    return ERROR_NONE;
}

enum error_kind worker_run(const struct worker_settings *settings, struct error *error)
{
    struct worker worker = { .dispatcher = settings->dispatcher,
                             .slow_request_ms = settings->slow_request_ms };
    worker.arena = arena_new(WORKER_ARENA_LIMIT);
    if (worker.arena == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the requests' arena");
    }
    struct fastcgi_server *server = NULL;
    enum error_kind kind = fastcgi_server_new(
        settings->listen_socket, settings->maximum_connections, serve, &worker, &server, error);
    if (kind == ERROR_NONE) {
        share_connections(settings, server);
        connect_early(&worker);
        LOG(LOG_LEVEL_INFO, "worker_started");
        kind = serve_until_stopped(&worker, server, error);
        LOG(LOG_LEVEL_INFO, "worker_stopped");
    }
    fastcgi_server_free(server);
    arena_free(worker.arena);
    return kind;
}
