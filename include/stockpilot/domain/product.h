/*
 * product.h - a product as it is kept, and as a client may write it.
 *
 * In rows read from the database numbers and times stay as PostgreSQL's text: they are only passed
 * on. NULL means null.
 */
#ifndef STOCKPILOT_DOMAIN_PRODUCT_H
#define STOCKPILOT_DOMAIN_PRODUCT_H

#include <stddef.h>

#include "stockpilot/domain/field_rule.h"

struct product {
    const char *product_id;
    const char *name;
    const char *price;
    const char *rating;
    const char *stock_quantity;
    const char *image_key; /* in our store; NULL: see image_url */
    const char *image_url; /* elsewhere */
    const char *description;
    const char *sku;
    const char *category;
    const char *minimum_stock;
    const char *version;
    const char *updated_at;
    const char *units_sold;
};

/* A line of a sale or a purchase, as Part 1 of the contract shows it. */
struct trade_line {
    const char *document_id; /* saleId or purchaseId */
    const char *product_id;
    const char *timestamp;
    const char *quantity;
    const char *unit_amount;
    const char *total_amount;
};

enum {
    PRODUCT_ID = 1u << 0,
    PRODUCT_NAME = 1u << 1,
    PRODUCT_PRICE = 1u << 2,
    PRODUCT_RATING = 1u << 3,
    PRODUCT_STOCK = 1u << 4,
    PRODUCT_IMAGE_URL = 1u << 5,
    PRODUCT_DESCRIPTION = 1u << 6,
    PRODUCT_SKU = 1u << 7,
    PRODUCT_CATEGORY = 1u << 8,
    PRODUCT_MINIMUM_STOCK = 1u << 9,
    PRODUCT_IMAGE_KEY = 1u << 10 /* never from a client: set by an upload */
};

/* What a client sent; `given` says which fields count. */
struct product_change {
    unsigned given;
    const char *product_id;
    const char *name;
    struct decimal_text price;
    struct decimal_text rating;
    int64_t stock_quantity;
    int64_t minimum_stock;
    const char *image_url;
    const char *image_key;
    const char *description;
    const char *sku;
    const char *category;
};

#define PRODUCT_MAX_QUANTITY 2147483647LL
#define PRODUCT_REQUIRED (PRODUCT_NAME | PRODUCT_PRICE)

/* What a list may be sorted by; products that are equal in it are sorted by id, in the same
 * direction. Each is the order of an index. */
enum product_sort {
    PRODUCT_BY_NAME,
    PRODUCT_BY_NAME_DOWN,
    PRODUCT_BY_PRICE,
    PRODUCT_BY_PRICE_DOWN,
    PRODUCT_BY_STOCK,
    PRODUCT_BY_STOCK_DOWN,
    PRODUCT_BY_UPDATED,
    PRODUCT_BY_UPDATED_DOWN,
    PRODUCT_BY_UNITS_SOLD,
    PRODUCT_BY_UNITS_SOLD_DOWN,
    PRODUCT_SORT_COUNT
};

#define PRODUCT_MAX_CATEGORY 100
#define PRODUCT_MAX_SKU 64

const struct field_rule *product_rules(size_t *count);

#endif
