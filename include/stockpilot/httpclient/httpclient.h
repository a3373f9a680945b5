/*
 * httpclient.h - outgoing HTTP: one request at a time, bounded in time and size.
 *
 * Redirects are never followed, protocols are pinned (https, and http only where the caller says
 * so), no proxy, no signals, TLS verified against the system's authorities.
 */
#ifndef STOCKPILOT_HTTPCLIENT_HTTPCLIENT_H
#define STOCKPILOT_HTTPCLIENT_HTTPCLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "stockpilot/error/error.h"

struct httpclient_limits {
    int connect_timeout_ms; /* never beyond the total, however long it is */
    int total_timeout_ms;
    size_t maximum_bytes; /* a longer answer is an error, not a cut one */
    bool allow_plain_http;
    bool (*is_unwanted)(void); /* looked at each second: true ends the request; NULL: never */
};

struct httpclient_header {
    const char *name;
    const char *value;
};

struct httpclient_request {
    const char *url;
    const char *method; /* NULL: POST with a body, GET without */
    const char *body;   /* NULL: none */
    size_t body_length;
    size_t header_count;
    const struct httpclient_header *headers; /* beside those that curl sends by itself */
};

struct httpclient_response {
    int status;
    char *body; /* malloc'ed and NUL-terminated; httpclient_response_free() */
    size_t length;
    char content_type[128];
    char content_range[64]; /* "bytes 0-99/1234"; "" when the answer has none */
};

/* ERROR_UNAVAILABLE with error->cause when no whole answer came; any HTTP status is a success here.
 */
MUST_CHECK enum error_kind httpclient_get(const char *url, const struct httpclient_limits *limits,
                                          struct httpclient_response *response,
                                          struct error *error);
MUST_CHECK enum error_kind httpclient_send(const struct httpclient_request *request,
                                           const struct httpclient_limits *limits,
                                           struct httpclient_response *response,
                                           struct error *error);

/* What this process does while an answer takes its time, as with the database (store/store.h). */
struct httpclient_meanwhile {
    int patience_ms;              /* so long it does nothing */
    int (*begin)(void *context);  /* a descriptor to wait for as well; -1: nothing is to be done */
    void (*ready)(void *context); /* it can be read */
    void *context;
};
void httpclient_do_meanwhile(const struct httpclient_meanwhile *what);

void httpclient_response_free(struct httpclient_response *response);

#endif
