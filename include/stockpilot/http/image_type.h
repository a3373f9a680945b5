/* image_type.h - what an image is by its bytes; names and declared types are not believed. */
#ifndef STOCKPILOT_HTTP_IMAGE_TYPE_H
#define STOCKPILOT_HTTP_IMAGE_TYPE_H

#include <stddef.h>

#define IMAGE_MAX_BYTES (5u * 1024 * 1024)

/* "jpg", "png", "gif" or "webp"; NULL for anything else. Looks at the signature and at the first
 * structure behind it (IHDR, SOF marker, logical screen, RIFF size). */
const char *image_type_extension(const void *bytes, size_t length);

#endif
