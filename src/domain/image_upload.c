#include "stockpilot/domain/image_upload.h"

#define MEMBER(name) offsetof(struct new_image_upload, name)

static const char *const content_types[] = { "image/jpeg", "image/png", "image/gif", "image/webp",
                                             NULL };

/* clang-format off */
static const struct field_rule rules[] = {
    { "contentType", FIELD_CHOICE, UPLOAD_CONTENT_TYPE, MEMBER(content_type), false,
      0, 0, 0, content_types },
    { "contentLength", FIELD_INTEGER, UPLOAD_CONTENT_LENGTH, MEMBER(content_length), false,
      1, UPLOAD_MAX_BYTES, 0, NULL },
};
/* clang-format on */

const struct field_rule *image_upload_rules(size_t *count)
{
    *count = sizeof rules / sizeof *rules;
    return rules;
}
