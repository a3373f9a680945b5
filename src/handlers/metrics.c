#include <string.h>

#include "stockpilot/handlers/handlers.h"
#include "stockpilot/scoreboard/scoreboard.h"

static bool asked_on_this_host(const struct exchange *exchange)
{
    const char *address = exchange->request->remote_address;
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

enum error_kind metrics_get(struct exchange *exchange)
{
    const struct scoreboard *scoreboard = exchange->services->scoreboard;
    if (!asked_on_this_host(exchange)) {
        return error_set(exchange->error, ERROR_NOT_FOUND, "There is nothing at this address.");
    }
    if (scoreboard == NULL) {
        return error_set_cause(exchange->error, ERROR_UNAVAILABLE,
                               "this worker has no scoreboard, so it knows nothing of the others");
    }
    struct buffer *body = &exchange->response->body;
    scoreboard_expose(scoreboard, body);
    if (buffer_failed(body)) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the metrics");
    }
    exchange->response->status = 200;
    exchange->response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return response_add_header(exchange->response, "Cache-Control", "no-store");
}
