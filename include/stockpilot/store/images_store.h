/*
 * images_store.h - images on their way into the image store (sql/migrations/0016_images.sql). What
 * is announced and that no product takes on is found and deleted later.
 */
#ifndef STOCKPILOT_STORE_IMAGES_STORE_H
#define STOCKPILOT_STORE_IMAGES_STORE_H

#include <stdint.h>

#include "stockpilot/domain/image_upload.h"
#include "stockpilot/domain/product.h"
#include "stockpilot/store/store.h"

struct image_announcement {
    const char *upload_id;  /* the UUID in the key */
    const char *product_id; /* NULL: of a product that is only being made */
    const char *image_key;
    const char *content_type;
    int64_t size;
    int64_t expires_at; /* of a client's form, seconds since 1970; 0: we store it now */
};

/* ERROR_NOT_FOUND: there is no such product, or it is archived. */
MUST_CHECK enum error_kind images_store_announce(const struct store_request *request,
                                                 const struct image_announcement *announcement);

/* An upload of a client for this product. ERROR_NOT_FOUND. */
MUST_CHECK enum error_kind images_store_find(const struct store_request *request,
                                             const char *product_id, const char *upload_id,
                                             struct image_upload *upload);

/* The product shows it; one that it has shown before changes nothing any more, whatever version is
 * expected. ERROR_NOT_FOUND; ERROR_STALE when expected_version is another than the product's. */
MUST_CHECK enum error_kind images_store_confirm(const struct store_request *request,
                                                const char *product_id, const char *upload_id,
                                                int64_t expected_version, struct product *product);

/* No product ever shows it, and it is deleted. ERROR_NOT_FOUND. */
MUST_CHECK enum error_kind images_store_reject(const struct store_request *request,
                                               const char *product_id, const char *upload_id);

#endif
