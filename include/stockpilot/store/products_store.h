/*
 * products_store.h - the catalogue. Rows belong to the request's arena.
 */
#ifndef STOCKPILOT_STORE_PRODUCTS_STORE_H
#define STOCKPILOT_STORE_PRODUCTS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/product.h"
#include "stockpilot/store/store.h"

#define PRODUCT_HISTORY_LINES 10

/* For expected_version: any version will do. */
#define PRODUCT_ANY_VERSION (-1)

struct product_list_query {
    const char *search;   /* part of the name, taken literally; NULL: all */
    const char *category; /* exactly this; NULL: all */
    const char *sku;      /* this, in upper or lower case: one product at most; NULL: all */
    bool low_stock;       /* only those below their minimum */
    enum product_sort sort;
    const char
        *after_key; /* what is sorted by, of the last product seen; both NULL: from the start */
    const char *after_id;
    int64_t limit;
};

struct product_page {
    size_t count;
    const struct product *items;
    bool more; /* there are products after the last one */
};

struct product_history {
    size_t sale_count;
    struct trade_line sales[PRODUCT_HISTORY_LINES];
    size_t purchase_count;
    struct trade_line purchases[PRODUCT_HISTORY_LINES];
};

/* By what `sort` says, then id; archived ones are left out. */
MUST_CHECK enum error_kind products_store_list(const struct store_request *request,
                                               const struct product_list_query *query,
                                               struct product_page *page);

/* history may be NULL. ERROR_NOT_FOUND, also for an archived product. */
MUST_CHECK enum error_kind products_store_get(const struct store_request *request,
                                              const char *product_id, struct product *product,
                                              struct product_history *history);

/* The opening stock goes through the ledger. ERROR_CONFLICT when the id or the sku is taken. */
MUST_CHECK enum error_kind products_store_create(const struct store_request *request,
                                                 const struct product_change *change,
                                                 struct product *product);

/*
 * Writes the given fields; a given stock becomes a correction in the ledger. An image that this
 * takes the place of goes through the outbox. ERROR_NOT_FOUND; ERROR_STALE when expected_version is
 * another than the product's; ERROR_CONFLICT for a taken sku.
 */
MUST_CHECK enum error_kind products_store_update(const struct store_request *request,
                                                 const char *product_id,
                                                 const struct product_change *change,
                                                 int64_t expected_version, struct product *product);

/* Deletes a product without history, with its image, and archives any other. */
MUST_CHECK enum error_kind products_store_remove(const struct store_request *request,
                                                 const char *product_id, int64_t expected_version);

#endif
