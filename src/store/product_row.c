#include "product_row.h"

#include "pipeline.h"

void product_from_row(const PGresult *result, int row, struct product *product)
{
    *product = (struct product){
        .product_id = result_text(result, row, 0),
        .name = result_text(result, row, 1),
        .price = result_text(result, row, 2),
        .rating = result_text(result, row, 3),
        .stock_quantity = result_text(result, row, 4),
        .image_key = result_text(result, row, 5),
        .image_url = result_text(result, row, 6),
        .description = result_text(result, row, 7),
        .sku = result_text(result, row, 8),
        .category = result_text(result, row, 9),
        .minimum_stock = result_text(result, row, 10),
        .version = result_text(result, row, 11),
        .updated_at = result_text(result, row, 12),
        .units_sold = result_text(result, row, 13),
    };
}

const struct product *products_from_rows(struct arena *arena, const PGresult *result, size_t count)
{
    struct product *products = arena_array(arena, count, sizeof *products);
    if (products == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        product_from_row(result, (int)i, &products[i]);
    }
    return products;
}
