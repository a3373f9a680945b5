/* verification_store.h - whether the books add up. */
#ifndef STOCKPILOT_STORE_VERIFICATION_STORE_H
#define STOCKPILOT_STORE_VERIFICATION_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/store/store.h"

/* The time that PostgreSQL has for it; the request's deadline is later. */
#define VERIFICATION_TIME_MS 600000

#define VERIFICATION_MOST_LISTED 1000

struct difference {
    const char *what; /* "product: stock" */
    const char *row_id;
    const char *expected; /* by what it is derived from; NULL: there should be no row */
    const char *found;    /* NULL: there is no row */
};

struct verification {
    int64_t count; /* of all differences */
    size_t listed; /* at most VERIFICATION_MOST_LISTED */
    const struct difference *items;
};

/* Computes everything anew, in one statement that sees one moment. Locks nothing. */
MUST_CHECK enum error_kind verification_store_run(const struct store_request *request,
                                                  struct verification *verification);

#endif
