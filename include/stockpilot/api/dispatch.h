/*
 * dispatch.h - from a request to its answer: what the route row declares is checked here, once, for
 * everyone.
 *
 * Order: the request line, the route (404, 405), the token (401), the role (403), Accept (406), the
 * query (400), the body's type and size (415, 413), the user's row, and only then the handler. A
 * bad token costs no database work. Entity tags and 304 are made here too, and every error becomes
 * a problem document.
 */
#ifndef STOCKPILOT_API_DISPATCH_H
#define STOCKPILOT_API_DISPATCH_H

#include "stockpilot/auth/token_verifier.h"
#include "stockpilot/handlers/exchange.h"
#include "stockpilot/routes/route_table.h"

struct dispatcher {
    struct services services;
    struct token_verifier *verifier;
    struct activity *activity; /* of this worker, for the scoreboard */
    int request_deadline_ms;   /* since nginx passed the request on */
};

/* What is left to say once the answer is out. */
struct dispatch_result {
    const struct route *route; /* NULL: none matched */
    enum error_kind kind;
    char cause[ERROR_DETAIL_SIZE]; /* for the log; "" without one */
    const char *subject;           /* the token's, or NULL */
};

/* Fills response in any case. Strings of the result live as long as the arena. */
void dispatch(struct dispatcher *dispatcher, struct arena *arena,
              const struct http_request *request, struct http_response *response,
              struct dispatch_result *result);

#endif
