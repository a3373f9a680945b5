#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "product_answer.h"
#include "product_input.h"
#include "stockpilot/handlers/handlers.h"
#include "stockpilot/store/products_store.h"

static void write_history(struct json_writer *json, const struct product_history *history)
{
    json_write_name(json, "Sales");
    json_begin_array(json);
    for (size_t i = 0; i < history->sale_count; i++) {
        json_write_sale(json, &history->sales[i]);
    }
    json_end_array(json);
    json_write_name(json, "Purchases");
    json_begin_array(json);
    for (size_t i = 0; i < history->purchase_count; i++) {
        json_write_purchase(json, &history->purchases[i]);
    }
    json_end_array(json);
}

enum error_kind products_get(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct product product;
    struct product_history history;
    enum error_kind kind =
        products_store_get(&request, exchange->parameters[0], &product, &history);
    if (kind != ERROR_NONE) {
        return kind;
    }
    struct json_writer json;
    json_writer_init(&json, &exchange->response->body);
    json_begin_product(&json, &product, exchange->services->images->base_url);
    write_history(&json, &history);
    json_end_object(&json);
    exchange->response->version = product_answer_version(&product);
    return exchange_finish_json(exchange, 200);
}

/* An image that no product took on; if it cannot be deleted now, that is done later, as it was
 * announced. */
static void discard_image(struct exchange *exchange, const char *key)
{
    struct error ignored = { 0 };
    const struct image_storage *images = exchange->services->images;
    /* A change that may stand all the same needs its image. */
    if (key != NULL && !exchange->error->outcome_unknown) {
        (void)images->remove(images, key, exchange->deadline, &ignored);
    }
}

static enum error_kind take_image(struct exchange *exchange, const char *product_id,
                                  const struct multipart_part *image, struct product_change *change)
{
    if (image == NULL) {
        return ERROR_NONE;
    }
    enum error_kind kind =
        product_input_store_image(exchange, product_id, image, &change->image_key);
    if (kind == ERROR_NONE) {
        change->given |= PRODUCT_IMAGE_KEY;
        change->image_url = NULL;
    }
    return kind;
}

/* The key in an address of our own image store, or NULL for any other address. */
static const char *own_image_key(const struct exchange *exchange, const char *image_url)
{
    const char *base = exchange->services->images->base_url;
    size_t length = strlen(base);
    bool own =
        image_url != NULL && strncmp(image_url, base, length) == 0 && image_url[length] == '/';
    return own ? image_url + length + 1 : NULL;
}

static enum error_kind refuse_foreign_image(struct exchange *exchange)
{
    error_add_field(exchange->error, "/imageUrl", "not_its_own",
                    "is the image of another product: upload it for this one");
    return exchange->error->kind;
}

/* Whether an address, under whatever base, is that of an image. The base changes with
 * IMAGE_BASE_URL, and clients put a host before one that has none. */
static bool shows_image(const char *image_url, const char *image_key)
{
    size_t length = strlen(image_url);
    size_t key_length = strlen(image_key);
    return length > key_length && image_url[length - key_length - 1] == '/' &&
           strcmp(image_url + length - key_length, image_key) == 0;
}

/* Clients send back the address they were given: of the product's own image it says nothing new.
 * Two products never share an image, since it goes with the first of them. */
static enum error_kind settle_image_url(struct exchange *exchange, struct product_change *change)
{
    const char *key = own_image_key(exchange, change->image_url);
    bool possible = change->image_url != NULL && strstr(change->image_url, IMAGE_KEY_START) != NULL;
    if (key == NULL && !possible) {
        return ERROR_NONE;
    }
    struct product present;
    const struct store_request request = exchange_store_request(exchange);
    enum error_kind kind = products_store_get(&request, exchange->parameters[0], &present, NULL);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (present.image_key == NULL || !shows_image(change->image_url, present.image_key)) {
        return key != NULL ? refuse_foreign_image(exchange) : ERROR_NONE;
    }
    change->image_url = NULL;
    change->given &= ~(unsigned)PRODUCT_IMAGE_URL;
    return ERROR_NONE;
}

enum error_kind products_create(struct exchange *exchange)
{
    struct product_change change;
    const struct multipart_part *image;
    enum error_kind kind = product_input_read(exchange, PRODUCT_REQUIRED, &change, &image);
    if (kind == ERROR_NONE && own_image_key(exchange, change.image_url) != NULL) {
        kind = refuse_foreign_image(exchange);
    }
    if (kind == ERROR_NONE) {
        kind = take_image(exchange, NULL, image, &change);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    struct product product;
    kind = products_store_create(&request, &change, &product);
    if (kind != ERROR_NONE) {
        discard_image(exchange, change.image_key);
        return kind;
    }
    char location[64];
    snprintf(location, sizeof location, "/products/%s", product.product_id);
    kind = response_add_header(exchange->response, "Location", location);
    return kind != ERROR_NONE ? kind : product_answer_one(exchange, 201, &product);
}

/* Writes a change and answers with the product, or with what stands in its way. */
static enum error_kind apply_change(struct exchange *exchange, struct product_change *change,
                                    int64_t version)
{
    const char *id = exchange->parameters[0];
    const struct store_request request = exchange_store_request(exchange);
    struct product product;
    enum error_kind kind = products_store_update(&request, id, change, version, &product);
    if (kind == ERROR_NONE) {
        return product_answer_one(exchange, 200, &product);
    }
    discard_image(exchange, change->image_key);
    return kind == ERROR_STALE ? product_answer_stale(exchange, id) : kind;
}

enum error_kind products_update(struct exchange *exchange)
{
    struct product_change change;
    const struct multipart_part *image;
    int64_t version;
    enum error_kind kind = product_input_read_version(exchange, &version);
    if (kind == ERROR_STALE) {
        return product_answer_stale(exchange, exchange->parameters[0]);
    }
    if (kind == ERROR_NONE) {
        kind = product_input_read(exchange, 0, &change, &image);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (change.product_id != NULL && strcasecmp(change.product_id, exchange->parameters[0]) != 0) {
        error_add_field(exchange->error, "/productId", "read_only", "is the one in the address");
        return exchange->error->kind;
    }
    kind = settle_image_url(exchange, &change);
    if (kind == ERROR_NONE) {
        kind = take_image(exchange, exchange->parameters[0], image, &change);
    }
    return kind != ERROR_NONE ? kind : apply_change(exchange, &change, version);
}

enum error_kind images_upload(struct exchange *exchange)
{
    struct product_change change = { 0 };
    const struct multipart_part *image = NULL;
    int64_t version;
    enum error_kind kind = product_input_read_version(exchange, &version);
    if (kind == ERROR_STALE) {
        return product_answer_stale(exchange, exchange->parameters[0]);
    }
    if (kind == ERROR_NONE) {
        kind = product_input_read_image(exchange, &image);
    }
    if (kind == ERROR_NONE) {
        kind = take_image(exchange, exchange->parameters[0], image, &change);
    }
    return kind != ERROR_NONE ? kind : apply_change(exchange, &change, version);
}

enum error_kind products_delete(struct exchange *exchange)
{
    int64_t version;
    const char *id = exchange->parameters[0];
    enum error_kind kind = product_input_read_version(exchange, &version);
    if (kind == ERROR_NONE) {
        const struct store_request request = exchange_store_request(exchange);
        kind = products_store_remove(&request, id, version);
    }
    if (kind == ERROR_STALE) {
        return product_answer_stale(exchange, id);
    }
    return kind != ERROR_NONE ? kind
                              : exchange_answer_message(exchange, "Product deleted successfully");
}
