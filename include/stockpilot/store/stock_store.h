/* stock_store.h - the ledger of stock, and what is booked into it by hand. */
#ifndef STOCKPILOT_STORE_STOCK_STORE_H
#define STOCKPILOT_STORE_STOCK_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/movement.h"
#include "stockpilot/domain/refusal.h"
#include "stockpilot/store/store.h"

struct movement_page {
    size_t count;
    const struct movement *items;
    bool more;
};

/* What a count has led to. */
struct count_record {
    const char *product_id;
    const char *expected;
    const char *counted;
    const char *stock_quantity;
    bool moved; /* there was a difference, and this is its movement */
    struct movement movement;
};

/* Each is done once for the request's key. ERROR_NOT_FOUND; ERROR_CONFLICT with *refusals: nothing
 * was written. */
MUST_CHECK enum error_kind stock_store_adjust(const struct store_request *request,
                                              const char *product_id,
                                              const struct new_adjustment *adjustment,
                                              struct movement *movement, bool *replayed,
                                              struct refusals *refusals);
MUST_CHECK enum error_kind stock_store_count(const struct store_request *request,
                                             const char *product_id, const struct new_count *count,
                                             struct count_record *record, bool *replayed,
                                             struct refusals *refusals);
MUST_CHECK enum error_kind stock_store_reverse(const struct store_request *request,
                                               const char *movement_id, const char *note,
                                               struct movement *movement, bool *replayed,
                                               struct refusals *refusals);

/* Newest first, also of an archived product. after_sequence: NULL from the start. ERROR_NOT_FOUND.
 */
MUST_CHECK enum error_kind stock_store_movements(const struct store_request *request,
                                                 const char *product_id, const char *after_sequence,
                                                 int64_t limit, struct movement_page *page);

#endif
