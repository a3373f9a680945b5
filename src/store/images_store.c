#include "stockpilot/store/images_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline.h"
#include "product_row.h"
#include "stockpilot/store/products_store.h"

#define NUMBER_SIZE 24

static const struct statement announce = {
    "images_announce",
    "SELECT announce_image($1::uuid, $2::uuid, $3, $4, $5::integer, to_timestamp($6::bigint))",
    6,
};

static const struct statement find = {
    "images_find",
    "SELECT image_key, content_type, size_limit, rejected_at IS NOT NULL, confirmed_at IS NOT NULL"
    " FROM image_uploads WHERE upload_id = $1::uuid AND product_id = $2::uuid AND by_client",
    2,
};

static const struct statement confirm = {
    "images_confirm",
    "SELECT confirm_image($1::uuid, $2::uuid, $3::integer)",
    3,
};

static const struct statement get_product = {
    "images_get_product",
    "SELECT " PRODUCT_COLUMNS " FROM products WHERE product_id = $1::uuid",
    1,
};

static const struct statement reject = {
    "images_reject",
    "SELECT reject_image($1::uuid, $2::uuid)",
    2,
};

static const char *number_text(int64_t number, char text[NUMBER_SIZE])
{
    snprintf(text, NUMBER_SIZE, "%" PRId64, number);
    return text;
}

enum error_kind images_store_announce(const struct store_request *request,
                                      const struct image_announcement *announcement)
{
    char size[NUMBER_SIZE];
    char expires[NUMBER_SIZE];
    const int64_t expires_at = announcement->expires_at;
    const struct call call = { &announce,
                               { announcement->upload_id, announcement->product_id,
                                 announcement->image_key, announcement->content_type,
                                 number_text(announcement->size, size),
                                 expires_at != 0 ? number_text(expires_at, expires) : NULL } };
    const PGresult *result;
    return pipeline_write(request, &call, 1, &result);
}

static bool is_true(const char *text)
{
    return strcmp(text, "t") == 0;
}

enum error_kind images_store_find(const struct store_request *request, const char *product_id,
                                  const char *upload_id, struct image_upload *upload)
{
    const struct call call = { &find, { upload_id, product_id } };
    const PGresult *result;
    enum error_kind kind = pipeline_read(request, &call, 1, &result);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (PQntuples(result) == 0) {
        return error_set(request->error, ERROR_NOT_FOUND,
                         "There is no such upload of this product.");
    }
    *upload = (struct image_upload){
        .image_key = result_text(result, 0, 0),
        .content_type = result_text(result, 0, 1),
        .size = strtoll(result_text(result, 0, 2), NULL, 10),
        .rejected = is_true(result_text(result, 0, 3)),
        .confirmed = is_true(result_text(result, 0, 4)),
    };
    return ERROR_NONE;
}

enum error_kind images_store_confirm(const struct store_request *request, const char *product_id,
                                     const char *upload_id, int64_t expected_version,
                                     struct product *product)
{
    char version[NUMBER_SIZE];
    const bool any = expected_version == PRODUCT_ANY_VERSION;
    const struct call calls[] = {
        { &confirm,
          { upload_id, product_id, any ? NULL : number_text(expected_version, version) } },
        { &get_product, { product_id } },
    };
    const PGresult *results[2];
    enum error_kind kind = pipeline_write(request, calls, 2, results);
    if (kind == ERROR_NONE) {
        product_from_row(results[1], 0, product);
    }
    return kind;
}

enum error_kind images_store_reject(const struct store_request *request, const char *product_id,
                                    const char *upload_id)
{
    const struct call call = { &reject, { upload_id, product_id } };
    const PGresult *result;
    return pipeline_write(request, &call, 1, &result);
}
