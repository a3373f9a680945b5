#include "stockpilot/json/product_json.h"

/* An image of ours, the address of another's, or neither. */
static void write_image_url(struct json_writer *json, const struct product *product,
                            const char *base_url)
{
    json_write_name(json, "imageUrl");
    if (product->image_key == NULL) {
        json_write_string(json, product->image_url);
        return;
    }
    const char *const parts[] = { base_url, "/", product->image_key };
    json_write_joined(json, parts, sizeof parts / sizeof *parts);
}

void json_begin_product(struct json_writer *json, const struct product *product,
                        const char *image_base_url)
{
    json_begin_object(json);
    json_member_string(json, "productId", product->product_id);
    json_member_string(json, "name", product->name);
    json_member_number_text(json, "price", product->price);
    json_member_number_text(json, "rating", product->rating);
    json_member_number_text(json, "stockQuantity", product->stock_quantity);
    write_image_url(json, product, image_base_url);
    json_member_string(json, "description", product->description);
    json_member_string(json, "sku", product->sku);
    json_member_string(json, "category", product->category);
    json_member_number_text(json, "minimumStock", product->minimum_stock);
    json_member_number_text(json, "version", product->version);
    json_member_timestamp(json, "updatedAt", product->updated_at);
    json_member_number_text(json, "unitsSold", product->units_sold);
}

/* A sale and a purchase differ in three names only. */
static void write_line(struct json_writer *json, const struct trade_line *line, const char *id_name,
                       const char *unit_name, const char *total_name)
{
    json_begin_object(json);
    json_member_string(json, id_name, line->document_id);
    json_member_string(json, "productId", line->product_id);
    json_member_timestamp(json, "timestamp", line->timestamp);
    json_member_number_text(json, "quantity", line->quantity);
    json_member_number_text(json, unit_name, line->unit_amount);
    json_member_number_text(json, total_name, line->total_amount);
    json_end_object(json);
}

void json_write_sale(struct json_writer *json, const struct trade_line *line)
{
    write_line(json, line, "saleId", "unitPrice", "totalAmount");
}

void json_write_purchase(struct json_writer *json, const struct trade_line *line)
{
    write_line(json, line, "purchaseId", "unitCost", "totalCost");
}
