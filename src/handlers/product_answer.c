#include "product_answer.h"

#include "stockpilot/handlers/page.h"
#include "stockpilot/store/products_store.h"

#define PRODUCT_MAX_JSON (64u * 1024)

size_t product_answer_write_list(const struct exchange *exchange, struct json_writer *json,
                                 const struct product *products, size_t count)
{
    size_t written = 0;
    json_begin_array(json);
    while (written < count && !page_is_full(exchange)) {
        const struct product *product = &products[written++];
        json_begin_product(json, product, exchange->services->images->base_url);
        json_end_object(json);
    }
    json_end_array(json);
    return written;
}

int64_t product_answer_version(const struct product *product)
{
    return exchange_record_version(product->version);
}

enum error_kind product_answer_one(struct exchange *exchange, int status,
                                   const struct product *product)
{
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_product(&json, product, exchange->services->images->base_url);
    json_end_object(&json);
    exchange->response->version = product_answer_version(product);
    return exchange_finish_json(exchange, status);
}

enum error_kind product_answer_stale(struct exchange *exchange, const char *product_id)
{
    const struct store_request request = exchange_store_request(exchange);
    struct product product;
    error_reset(exchange->error);
    enum error_kind kind = products_store_get(&request, product_id, &product, NULL);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct buffer current;
    struct json_writer json;
    buffer_init(&current, exchange->arena, PRODUCT_MAX_JSON);
    json_writer_init(&json, &current);
    json_begin_product(&json, &product, exchange->services->images->base_url);
    json_end_object(&json);
    kind = exchange_attach_current(exchange, &current, product.version);
    return kind != ERROR_NONE ? kind
                              : error_set(exchange->error, ERROR_STALE,
                                          "The product is at version %s now.", product.version);
}
