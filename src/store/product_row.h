/* product_row.h - the columns of a product and how they become a struct. Only for src/store. */
#ifndef STOCKPILOT_SRC_STORE_PRODUCT_ROW_H
#define STOCKPILOT_SRC_STORE_PRODUCT_ROW_H

#include <libpq-fe.h>

#include "stockpilot/domain/product.h"
#include "stockpilot/memory/arena.h"

#define PRODUCT_COLUMNS                                                                            \
    "product_id, name, price, rating, stock_quantity, image_key, image_url, description, sku, "    \
    "category, minimum_stock, version, updated_at, units_sold"

void product_from_row(const PGresult *result, int row, struct product *product);

/* The first `count` rows; NULL without memory. */
MUST_CHECK const struct product *products_from_rows(struct arena *arena, const PGresult *result,
                                                    size_t count);

#endif
