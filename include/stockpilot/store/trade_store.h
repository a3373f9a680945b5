/* trade_store.h - sales and purchases. Rows belong to the request's arena. */
#ifndef STOCKPILOT_STORE_TRADE_STORE_H
#define STOCKPILOT_STORE_TRADE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/refusal.h"
#include "stockpilot/domain/trade.h"
#include "stockpilot/store/store.h"

/* The lines of a document stand together. */
struct trade_rows {
    size_t count;
    const struct trade_row *items;
};

struct trade_query {
    const char *product_id; /* documents that have a line of it; NULL: all */
    const char *from;       /* days of the business, both inclusive; NULL: no bound */
    const char *to;
    const char *after_timestamp; /* both NULL: from the start */
    const char *after_id;
    int64_t limit; /* documents */
};

/*
 * Books a document: all its lines or none, once for the request's key. replayed: it was booked
 * before, and the rows are those of then. ERROR_CONFLICT with *refusals: nothing was booked.
 */
MUST_CHECK enum error_kind trade_store_record(const struct store_request *request,
                                              enum trade_kind kind, const struct new_trade *trade,
                                              struct trade_rows *rows, bool *replayed,
                                              struct refusals *refusals);

/* ERROR_NOT_FOUND. */
MUST_CHECK enum error_kind trade_store_get(const struct store_request *request,
                                           enum trade_kind kind, const char *document_id,
                                           struct trade_rows *rows);

/* Newest first. One document more than the limit comes along where there is one. */
MUST_CHECK enum error_kind trade_store_list(const struct store_request *request,
                                            enum trade_kind kind, const struct trade_query *query,
                                            struct trade_rows *rows);

#endif
