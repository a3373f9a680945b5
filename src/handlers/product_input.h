/* product_input.h - a product as a client sends it, as JSON or as a form. */
#ifndef STOCKPILOT_SRC_HANDLERS_PRODUCT_INPUT_H
#define STOCKPILOT_SRC_HANDLERS_PRODUCT_INPUT_H

#include "stockpilot/domain/product.h"
#include "stockpilot/handlers/exchange.h"
#include "stockpilot/http/multipart.h"

/* Reads the body into *change; *image is the form's file, or NULL. `required`: bits that must be
 * there. */
MUST_CHECK enum error_kind product_input_read(struct exchange *exchange, unsigned required,
                                              struct product_change *change,
                                              const struct multipart_part **image);

/* The form of an image upload: the file `image` and nothing else. */
MUST_CHECK enum error_kind product_input_read_image(struct exchange *exchange,
                                                    const struct multipart_part **image);

/*
 * Judges the file by its bytes and stores it under a new key. ERROR_TOO_LARGE over 5 MB,
 * ERROR_UNSUPPORTED_MEDIA for no image of ours, ERROR_UNAVAILABLE when the store fails.
 */
MUST_CHECK enum error_kind product_input_store_image(struct exchange *exchange,
                                                     const struct multipart_part *image,
                                                     const char **key);

#endif
