#include "stockpilot/domain/product.h"

/* 999 999 999 999.99, what numeric(14,2) holds. */
#define MAX_PRICE 99999999999999LL

#define MEMBER(name) offsetof(struct product_change, name)

/* clang-format off */
static const struct field_rule rules[] = {
    { "productId", FIELD_UUID, PRODUCT_ID, MEMBER(product_id), false, 0, 0, 0, NULL },
    { "name", FIELD_LINE, PRODUCT_NAME, MEMBER(name), false, 1, 200, 0, NULL },
    { "price", FIELD_DECIMAL, PRODUCT_PRICE, MEMBER(price), false, 0, MAX_PRICE, 2, NULL },
    { "rating", FIELD_DECIMAL, PRODUCT_RATING, MEMBER(rating), true, 0, 500, 2, NULL },
    { "stockQuantity", FIELD_INTEGER, PRODUCT_STOCK, MEMBER(stock_quantity), false,
      0, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "minimumStock", FIELD_INTEGER, PRODUCT_MINIMUM_STOCK, MEMBER(minimum_stock), false,
      0, PRODUCT_MAX_QUANTITY, 0, NULL },
    { "imageUrl", FIELD_URL, PRODUCT_IMAGE_URL, MEMBER(image_url), true, 1, 2048, 0, NULL },
    { "description", FIELD_TEXT, PRODUCT_DESCRIPTION, MEMBER(description), true, 0, 4000, 0, NULL },
    { "sku", FIELD_LINE, PRODUCT_SKU, MEMBER(sku), true, 1, PRODUCT_MAX_SKU, 0, NULL },
    { "category", FIELD_LINE, PRODUCT_CATEGORY, MEMBER(category), true, 1, 100, 0, NULL },
    { "version", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "updatedAt", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "unitsSold", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "Sales", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "Purchases", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};
/* clang-format on */

const struct field_rule *product_rules(size_t *count)
{
    *count = sizeof rules / sizeof *rules;
    return rules;
}
