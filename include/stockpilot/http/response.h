/*
 * response.h - the answer, built in the request's arena and sent at once when it is complete.
 */
#ifndef STOCKPILOT_HTTP_RESPONSE_H
#define STOCKPILOT_HTTP_RESPONSE_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/text/buffer.h"

#define RESPONSE_MAX_HEADERS 12

/* A list that would be longer ends early, with a link to its next page (handlers/page.h). */
#define RESPONSE_MAX_BODY (8u * 1024 * 1024)

struct http_response;

struct http_header {
    const char *name;
    const char *value;
};

/*
 * Gives the next piece of an answer that is sent piece by piece, as `body` of the response; an
 * empty one ends it. After anything but ERROR_NONE the client sees that the answer was broken off.
 */
typedef enum error_kind response_next(void *context, struct http_response *response);

struct http_response {
    struct arena *arena;
    int status;
    const char *content_type; /* NULL: no body */
    size_t header_count;
    struct http_header headers[RESPONSE_MAX_HEADERS];
    struct buffer body;
    const char *fixed_body; /* when set, these bytes are sent instead of `body`: not copied */
    size_t fixed_length;
    response_next *next; /* gives what comes after `body`; NULL: nothing does */
    void *next_context;
    int64_t version;       /* of the resource, for its entity tag; -1: none */
    char last_resort[512]; /* a body that needs no memory, for when there is none */
};

void response_init(struct http_response *response, struct arena *arena);

/* Back to an empty 200, keeping the arena: for an error after half an answer was written. */
void response_clear(struct http_response *response);

/* name is a literal; value is copied. A value with a control character is refused (no header can be
 * split), as is one header too many: ERROR_INTERNAL. */
MUST_CHECK enum error_kind response_add_header(struct http_response *response, const char *name,
                                               const char *value);

const char *response_bytes(const struct http_response *response, size_t *length);

/* "OK", "Not Found" … for the status line. */
const char *response_reason(int status);

#endif
