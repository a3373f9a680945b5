/* product_input.h - a product as a client sends it, as JSON or as a form. */
#ifndef STOCKPILOT_SRC_HANDLERS_PRODUCT_INPUT_H
#define STOCKPILOT_SRC_HANDLERS_PRODUCT_INPUT_H

#include "stockpilot/domain/product.h"
#include "stockpilot/handlers/exchange.h"
#include "stockpilot/http/multipart.h"
#include "stockpilot/store/images_store.h"

/* Reads the body into *change; *image is the form's file, or NULL. `required`: bits that must be
 * there. */
MUST_CHECK enum error_kind product_input_read(struct exchange *exchange, unsigned required,
                                              struct product_change *change,
                                              const struct multipart_part **image);

/* The form of an image upload: the file `image` and nothing else. */
MUST_CHECK enum error_kind product_input_read_image(struct exchange *exchange,
                                                    const struct multipart_part **image);

/* A new key for an image of this many bytes, and what else follows from it; product_id and
 * expires_at are the caller's. ERROR_INTERNAL. */
MUST_CHECK enum error_kind product_input_name_image(struct exchange *exchange,
                                                    const char *extension, int64_t size,
                                                    struct image_announcement *announcement);

/*
 * Judges the file by its bytes, announces it, so that it is found again whatever happens, and
 * stores it under a new key. product_id NULL: of a product that is only being made.
 * ERROR_TOO_LARGE over 5 MB, ERROR_UNSUPPORTED_MEDIA for no image of ours, ERROR_NOT_FOUND for no
 * such product, ERROR_UNAVAILABLE when the store fails.
 */
MUST_CHECK enum error_kind product_input_store_image(struct exchange *exchange,
                                                     const char *product_id,
                                                     const struct multipart_part *image,
                                                     const char **key);

/* What If-Match names, or PRODUCT_ANY_VERSION. ERROR_STALE for what no product is at yet. */
MUST_CHECK enum error_kind product_input_read_version(struct exchange *exchange, int64_t *version);

#endif
