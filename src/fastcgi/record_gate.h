/*
 * record_gate.h - what may come in on a FastCGI connection, looked at before libfcgi gets to see
 * it.
 *
 * libfcgi 2.4 believes the lengths of names and values: their sum overflows an int, and it aborts
 * where there is not that much memory; it answers FCGI_GET_VALUES from a buffer on the stack that a
 * long list overruns. So of the protocol only what nginx sends is let through: one request at a
 * time, BEGIN_REQUEST for a responder, PARAMS of GATE_MAX_PARAMETERS bytes in all to their end,
 * STDIN to its end, nothing behind that. The body's length is not this file's business.
 *
 * FastCGI Specification 1.0, sections 3.3 to 5.3.
 */
#ifndef STOCKPILOT_SRC_FASTCGI_RECORD_GATE_H
#define STOCKPILOT_SRC_FASTCGI_RECORD_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/error/error.h"

/* nginx refuses to send more. */
#define GATE_MAX_PARAMETERS 65535

#define GATE_HEADER_SIZE 8

enum gate_phase { GATE_BEGIN, GATE_PARAMETERS, GATE_BODY, GATE_DONE };

/* Zeroed: before a request. */
struct record_gate {
    enum gate_phase phase; /* GATE_BODY: the parameters are complete. GATE_DONE: so is the body */
    unsigned char header[GATE_HEADER_SIZE];
    size_t header_length;
    unsigned request_id;
    size_t content_left;
    size_t padding_left;
    size_t content_at;        /* bytes of a BEGIN_REQUEST's content that were seen */
    size_t parameters_length; /* of all PARAMS records together */
    unsigned lengths_known;   /* of the pair at hand: none, the name's, both */
    uint32_t length;          /* the length at hand, */
    unsigned length_left;     /* and how many of its bytes are to come */
    size_t pair_left;         /* of name and value, as far as their lengths are known */
};

/*
 * Takes the next bytes of the connection, in pieces of any size. false: they must not be read by
 * anybody, and the connection is to be closed.
 */
MUST_CHECK bool record_gate_admit(struct record_gate *gate, const unsigned char *bytes,
                                  size_t length);

#endif
