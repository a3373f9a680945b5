#include "stockpilot/store/products_store.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pipeline.h"
#include "product_row.h"
#include "stockpilot/text/uuid.h"

static const struct statement get = {
    "products_get",
    "SELECT " PRODUCT_COLUMNS " FROM products WHERE product_id = $1::uuid AND archived_at IS NULL",
    1,
};

static const struct statement latest_sales = {
    "products_latest_sales",
    "SELECT sale_id, product_id, sold_at, quantity, unit_price, total_amount FROM sale_lines"
    " WHERE product_id = $1::uuid ORDER BY sold_at DESC, sale_id DESC LIMIT 10",
    1,
};

static const struct statement latest_purchases = {
    "products_latest_purchases",
    "SELECT purchase_id, product_id, purchased_at, quantity, unit_cost, total_cost"
    " FROM purchase_lines"
    " WHERE product_id = $1::uuid ORDER BY purchased_at DESC, purchase_id DESC LIMIT 10",
    1,
};

static const struct statement insert = {
    "products_insert",
    "INSERT INTO products (product_id, name, price, rating, minimum_stock, image_key, image_url,"
    " description, sku, category)"
    " VALUES ($1::uuid, $2, $3::numeric, $4::numeric,"
    " coalesce($5::integer, (SELECT default_minimum_stock FROM settings)), $6, $7, $8, $9, $10)",
    10,
};

static const struct statement book_opening_stock = {
    "products_book_opening_stock",
    "SELECT 1 FROM move_stock($1::uuid, 'opening', $2::integer)",
    2,
};

static const struct statement lock = {
    "products_lock",
    "SELECT lock_product($1::uuid, $2::integer)",
    2,
};

/* $2 says by bits which fields were given; the others keep their value. Giving either kind of image
 * takes the other away. */
static const struct statement update = {
    "products_update",
    "UPDATE products SET"
    " name = CASE WHEN $2::integer & 2 <> 0 THEN $3 ELSE name END,"
    " price = CASE WHEN $2 & 4 <> 0 THEN $4::numeric ELSE price END,"
    " rating = CASE WHEN $2 & 8 <> 0 THEN $5::numeric ELSE rating END,"
    " image_url = CASE WHEN $2 & 1056 <> 0 THEN $6 ELSE image_url END,"
    " image_key = CASE WHEN $2 & 1056 <> 0 THEN $7 ELSE image_key END,"
    " description = CASE WHEN $2 & 64 <> 0 THEN $8 ELSE description END,"
    " sku = CASE WHEN $2 & 128 <> 0 THEN $9 ELSE sku END,"
    " category = CASE WHEN $2 & 256 <> 0 THEN $10 ELSE category END,"
    " minimum_stock = CASE WHEN $2 & 512 <> 0 THEN $11::integer ELSE minimum_stock END"
    " WHERE product_id = $1::uuid",
    11,
};
_Static_assert(PRODUCT_NAME == 2 && PRODUCT_PRICE == 4 && PRODUCT_RATING == 8 &&
                   (PRODUCT_IMAGE_URL | PRODUCT_IMAGE_KEY) == 1056 && PRODUCT_DESCRIPTION == 64 &&
                   PRODUCT_SKU == 128 && PRODUCT_CATEGORY == 256 && PRODUCT_MINIMUM_STOCK == 512,
               "the bits of products_update");

static const struct statement set_stock = {
    "products_set_stock",
    "SELECT set_stock($1::uuid, $2::integer)",
    2,
};

static const struct statement delete_without_history = {
    "products_delete_without_history",
    "DELETE FROM products p WHERE product_id = $1::uuid"
    " AND NOT EXISTS (SELECT 1 FROM stock_movements WHERE product_id = p.product_id)"
    " AND NOT EXISTS (SELECT 1 FROM sale_lines WHERE product_id = p.product_id)"
    " AND NOT EXISTS (SELECT 1 FROM purchase_lines WHERE product_id = p.product_id)",
    1,
};

static const struct statement archive = {
    "products_archive",
    "UPDATE products SET archived_at = now() WHERE product_id = $1::uuid",
    1,
};

static size_t lines_from_rows(const PGresult *result, struct trade_line *lines)
{
    int rows = PQntuples(result);
    for (int i = 0; i < rows; i++) {
        lines[i] = (struct trade_line){
            .document_id = result_text(result, i, 0),
            .product_id = result_text(result, i, 1),
            .timestamp = result_text(result, i, 2),
            .quantity = result_text(result, i, 3),
            .unit_amount = result_text(result, i, 4),
            .total_amount = result_text(result, i, 5),
        };
    }
    return (size_t)rows;
}

static enum error_kind product_from_result(const struct store_request *request,
                                           const PGresult *result, struct product *product)
{
    if (PQntuples(result) == 0) {
        return error_set(request->error, ERROR_NOT_FOUND, "There is no such product.");
    }
    product_from_row(result, 0, product);
    return ERROR_NONE;
}

enum error_kind products_store_get(const struct store_request *request, const char *product_id,
                                   struct product *product, struct product_history *history)
{
    const struct call calls[] = { { &get, { product_id } },
                                  { &latest_sales, { product_id } },
                                  { &latest_purchases, { product_id } } };
    const PGresult *results[3];
    enum error_kind kind = pipeline_read(request, calls, history != NULL ? 3 : 1, results);
    if (kind == ERROR_NONE) {
        kind = product_from_result(request, results[0], product);
    }
    if (kind == ERROR_NONE && history != NULL) {
        history->sale_count = lines_from_rows(results[1], history->sales);
        history->purchase_count = lines_from_rows(results[2], history->purchases);
    }
    return kind;
}

static const char *number_or_null(const struct decimal_text *number)
{
    return number->text[0] != '\0' ? number->text : NULL;
}

/* Text of an integer that is given, else NULL. */
static const char *integer_text(bool given, int64_t number, char *text, size_t size)
{
    snprintf(text, size, "%" PRId64, number);
    return given ? text : NULL;
}

enum error_kind products_store_create(const struct store_request *request,
                                      const struct product_change *change, struct product *product)
{
    char made_id[UUID_TEXT_SIZE];
    const char *id = change->product_id;
    if (id == NULL) {
        if (uuid_make(made_id) != ERROR_NONE) {
            return error_set_cause(request->error, ERROR_INTERNAL, "no random numbers");
        }
        id = made_id;
    }
    char stock[24];
    char minimum[24];
    integer_text(true, change->stock_quantity, stock, sizeof stock);
    const char *minimum_or_default = integer_text((change->given & PRODUCT_MINIMUM_STOCK) != 0,
                                                  change->minimum_stock, minimum, sizeof minimum);
    struct call calls[3];
    size_t count = 0;
    calls[count++] =
        (struct call){ &insert,
                       { id, change->name, change->price.text, number_or_null(&change->rating),
                         minimum_or_default, change->image_key, change->image_url,
                         change->description, change->sku, change->category } };
    if (change->stock_quantity > 0) {
        calls[count++] = (struct call){ &book_opening_stock, { id, stock } };
    }
    calls[count++] = (struct call){ &get, { id } };
    const PGresult *results[3];
    enum error_kind kind = pipeline_write(request, calls, count, results);
    return kind != ERROR_NONE ? kind : product_from_result(request, results[count - 1], product);
}

static const char *version_text(int64_t expected_version, char *text, size_t size)
{
    return integer_text(expected_version != PRODUCT_ANY_VERSION, expected_version, text, size);
}

enum error_kind products_store_update(const struct store_request *request, const char *product_id,
                                      const struct product_change *change, int64_t expected_version,
                                      struct product *product)
{
    char version[24];
    char bits[24];
    char minimum[24];
    char stock[24];
    snprintf(bits, sizeof bits, "%u", change->given);
    integer_text(true, change->minimum_stock, minimum, sizeof minimum);
    integer_text(true, change->stock_quantity, stock, sizeof stock);
    struct call calls[4];
    size_t count = 0;
    calls[count++] =
        (struct call){ &lock,
                       { product_id, version_text(expected_version, version, sizeof version) } };
    calls[count++] =
        (struct call){ &update,
                       { product_id, bits, change->name, number_or_null(&change->price),
                         number_or_null(&change->rating), change->image_url, change->image_key,
                         change->description, change->sku, change->category, minimum } };
    if ((change->given & PRODUCT_STOCK) != 0) {
        calls[count++] = (struct call){ &set_stock, { product_id, stock } };
    }
    calls[count++] = (struct call){ &get, { product_id } };
    const PGresult *results[4];
    enum error_kind kind = pipeline_write(request, calls, count, results);
    return kind != ERROR_NONE ? kind : product_from_result(request, results[count - 1], product);
}

enum error_kind products_store_remove(const struct store_request *request, const char *product_id,
                                      int64_t expected_version)
{
    char version[24];
    const struct call calls[] = {
        { &lock, { product_id, version_text(expected_version, version, sizeof version) } },
        { &delete_without_history, { product_id } },
        { &archive, { product_id } },
    };
    const PGresult *results[3];
    return pipeline_write(request, calls, 3, results);
}
