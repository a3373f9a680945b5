/* product_json.h - products and their trade on the wire. */
#ifndef STOCKPILOT_JSON_PRODUCT_JSON_H
#define STOCKPILOT_JSON_PRODUCT_JSON_H

#include "stockpilot/domain/product.h"
#include "stockpilot/json/json_write.h"

/* image_url: the address for clients, or NULL. Leaves the object open for more members. */
void json_begin_product(struct json_writer *json, const struct product *product,
                        const char *image_url);

/* One line of a sale: saleId, unitPrice, totalAmount. */
void json_write_sale(struct json_writer *json, const struct trade_line *line);

/* One line of a purchase: purchaseId, unitCost, totalCost. */
void json_write_purchase(struct json_writer *json, const struct trade_line *line);

#endif
