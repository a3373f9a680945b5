/* product_json.h - products and their trade on the wire. */
#ifndef STOCKPILOT_JSON_PRODUCT_JSON_H
#define STOCKPILOT_JSON_PRODUCT_JSON_H

#include "stockpilot/domain/product.h"
#include "stockpilot/json/json_write.h"

/* image_base_url: what stands before an image's key in the address that clients see, without a
 * slash at its end. Leaves the object open for more members. */
void json_begin_product(struct json_writer *json, const struct product *product,
                        const char *image_base_url);

/* One line of a sale: saleId, unitPrice, totalAmount. */
void json_write_sale(struct json_writer *json, const struct trade_line *line);

/* One line of a purchase: purchaseId, unitCost, totalCost. */
void json_write_purchase(struct json_writer *json, const struct trade_line *line);

#endif
