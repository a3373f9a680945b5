/* image_upload.h - an image that a client sends to the image store itself: what it announces, and
 * what is kept of it until it is there. */
#ifndef STOCKPILOT_DOMAIN_IMAGE_UPLOAD_H
#define STOCKPILOT_DOMAIN_IMAGE_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/domain/field_rule.h"

enum { UPLOAD_CONTENT_TYPE = 1u << 0, UPLOAD_CONTENT_LENGTH = 1u << 1 };

#define UPLOAD_REQUIRED (UPLOAD_CONTENT_TYPE | UPLOAD_CONTENT_LENGTH)

/* As many bytes as an image may have, whichever way it comes. */
#define UPLOAD_MAX_BYTES (5 * 1024 * 1024)

/* What a client sends. */
struct new_image_upload {
    const char *content_type;
    int64_t content_length;
};

struct image_upload {
    const char *image_key;
    const char *content_type;
    int64_t size; /* bytes, as announced */
    bool rejected;
    bool confirmed;
};

const struct field_rule *image_upload_rules(size_t *count);

#endif
