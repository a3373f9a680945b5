/*
 * request.h - one HTTP request as nginx handed it over.
 *
 * All strings live as long as the request's arena; a header that was not sent is NULL. nginx has
 * checked the framing; what it does not check is checked in dispatch.
 */
#ifndef STOCKPILOT_HTTP_REQUEST_H
#define STOCKPILOT_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_request {
    const char *method;       /* as sent */
    const char *path;         /* decoded, PATH_INFO */
    const char *raw_target;   /* REQUEST_URI: path and query, not decoded */
    const char *query_string; /* not decoded; "" when there is none */
    const char *request_id;   /* nginx's, or one of ours */
    const char *remote_address;
    const char *authorization;
    const char *accept;
    const char *content_type;
    const char *if_match;
    const char *if_none_match;
    const char *idempotency_key;
    bool repeated_header;      /* one of these came twice: which one to believe is nobody's guess */
    bool content_length_valid; /* absent counts as 0 */
    size_t content_length;
    int64_t waited_ms;   /* for a worker, since nginx passed it on; 0 when that is not known */
    const char *body;    /* content_length bytes; NULL when it was read and thrown away: */
    bool body_too_large; /* over the largest body any route takes */
    bool body_lost;      /* there was no memory for it */
};

#endif
