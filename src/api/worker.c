#include "stockpilot/api/worker.h"

#include <string.h>

#include "request_log.h"
#include "stockpilot/fastcgi/server.h"
#include "stockpilot/log/log.h"
#include "stop_signal.h"

/* How often a draining worker looks at the clock. */
#define WAIT_MS 1000

struct worker {
    struct dispatcher *dispatcher;
    struct arena *arena;
};

/* Done once nobody waits for it. An image left behind takes up room, nothing more. */
static void remove_superseded_image(const struct worker *worker, const char *key)
{
    struct error error = { 0 };
    const struct image_storage *images = worker->dispatcher->services.images;
    if (key != NULL && images->remove(images, key, &error) != ERROR_NONE) {
        LOG(LOG_LEVEL_WARNING, "image_left_behind", LOG_TEXT("key", key),
            LOG_TEXT("cause", error.cause));
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
        dispatch(worker->dispatcher, worker->arena, &request, &response, &result);
        fastcgi_send(connection, &response, strcmp(request.method, "HEAD") == 0);
        request_log(&request, &response, &result, clock_monotonic_us() - began);
        remove_superseded_image(worker, result.superseded_image);
    }
    arena_reset(worker->arena);
}

static enum error_kind serve_until_stopped(struct fastcgi_server *server, struct error *error)
{
    sigset_t while_waiting;
    stop_signal_mask_while_waiting(&while_waiting);
    while (!stop_signal_came()) {
        enum error_kind kind = fastcgi_server_run(server, WAIT_MS, &while_waiting, error);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    LOG(LOG_LEVEL_INFO, "worker_draining",
        LOG_NUMBER("connections", fastcgi_server_connections(server)));
    fastcgi_server_drain(server);
    struct deadline limit = deadline_after_ms(DRAIN_LIMIT_SECONDS * 1000);
    while (fastcgi_server_connections(server) > 0 && !deadline_passed(limit)) {
        enum error_kind kind = fastcgi_server_run(server, WAIT_MS, &while_waiting, error);
        if (kind != ERROR_NONE) {
            return kind;
        }
    }
    return ERROR_NONE;
}

enum error_kind worker_run(const struct worker_settings *settings, struct error *error)
{
    struct worker worker = { .dispatcher = settings->dispatcher };
    worker.arena = arena_new(WORKER_ARENA_LIMIT);
    if (worker.arena == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the requests' arena");
    }
    struct fastcgi_server *server = NULL;
    enum error_kind kind = fastcgi_server_new(
        settings->listen_socket, settings->maximum_connections, serve, &worker, &server, error);
    if (kind == ERROR_NONE) {
        LOG(LOG_LEVEL_INFO, "worker_started");
        kind = serve_until_stopped(server, error);
        LOG(LOG_LEVEL_INFO, "worker_stopped");
    }
    fastcgi_server_free(server);
    arena_free(worker.arena);
    return kind;
}
