/* response.h - reads HTTP/1.1 responses from a stream of bytes, one after the other. */
#ifndef STOCKPILOT_BENCH_RESPONSE_H
#define STOCKPILOT_BENCH_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#define RESPONSE_MAX_HEAD 8192

enum response_state { RESPONSE_HEAD, RESPONSE_BODY, RESPONSE_CHUNKS, RESPONSE_DONE, RESPONSE_BAD };

struct response {
    enum response_state state;
    int status;
    bool closes; /* the server closes the connection behind it */
    size_t body_length;
    size_t left;     /* of the body, or of the chunk */
    int chunk_state; /* see response.c */
    char head[RESPONSE_MAX_HEAD + 1];
    size_t head_length;
    char begin[256]; /* of the body, for messages */
    size_t begin_length;
};

void response_begin(struct response *response);

/* Takes the next bytes. state becomes RESPONSE_DONE with the last of them, or RESPONSE_BAD. */
void response_take(struct response *response, const char *bytes, size_t length);

#endif
