/* image_type.h - what an image is by its bytes; names and declared types are not believed. */
#ifndef STOCKPILOT_HTTP_IMAGE_TYPE_H
#define STOCKPILOT_HTTP_IMAGE_TYPE_H

#include <stddef.h>
#include <stdint.h>

#define IMAGE_MAX_BYTES (5u * 1024 * 1024)

/* "jpg", "png", "gif" or "webp"; NULL for anything else. Looks at the signature and at the first
 * structure behind it (IHDR, SOF marker, logical screen, RIFF size). */
const char *image_type_extension(const void *bytes, size_t length);

/* The same for the first `length` bytes of an image of `total`. A JPEG whose frame header stands
 * behind them is not known. */
const char *image_type_extension_of_beginning(const void *bytes, size_t length, uint64_t total);

#endif
