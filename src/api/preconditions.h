/* preconditions.h - what must hold before a handler runs, apart from who asks. Only for src/api. */
#ifndef STOCKPILOT_SRC_API_PRECONDITIONS_H
#define STOCKPILOT_SRC_API_PRECONDITIONS_H

#include "stockpilot/routes/route_table.h"

/*
 * The request itself: no header twice that is believed here, a length that is a number, and an
 * address without percent sequences or anything that nginx had to tidy up. Our paths need none, so
 * one that has them is not ours (AC-39).
 */
MUST_CHECK enum error_kind precondition_request(const struct http_request *request,
                                                struct error *error);

/* Accept allows what the route produces (AC-41). */
MUST_CHECK enum error_kind precondition_accept(const struct route *route,
                                               const struct http_request *request,
                                               struct error *error);

/* The body is of a type the route reads, and within its limit (AC-32, AC-41). */
MUST_CHECK enum error_kind precondition_body(const struct route *route,
                                             const struct http_request *request,
                                             struct error *error);

/* What the row demands beside that is there: 400 without a usable Idempotency-Key, 428 without an
 * If-Match (AC-86). */
MUST_CHECK enum error_kind precondition_demands(const struct route *route,
                                                const struct http_request *request,
                                                struct error *error);

#endif
