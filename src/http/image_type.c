#include "stockpilot/http/image_type.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct image {
    const unsigned char *bytes;
    size_t length;
    uint64_t total; /* more than length when only the beginning is there */
};

/* The caller has checked that the bytes are there. */
static uint32_t big_endian(const unsigned char *bytes, unsigned count)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static uint32_t little_endian(const unsigned char *bytes, unsigned count)
{
    uint32_t value = 0;
    for (unsigned i = count; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static bool has(struct image image, size_t at, const char *bytes, size_t length)
{
    return image.length >= at + length && memcmp(image.bytes + at, bytes, length) == 0;
}

/* Which bit depths go with a colour type: PNG, third edition, table 12. */
static bool is_png_depth(unsigned depth, unsigned colour_type)
{
    switch (colour_type) {
    case 0:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3:
        return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6:
        return depth == 8 || depth == 16;
    default:
        return false;
    }
}

static bool is_png(struct image image)
{
    if (!has(image, 0, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", 16) || image.length < 33) {
        return false;
    }
    uint32_t width = big_endian(image.bytes + 16, 4);
    uint32_t height = big_endian(image.bytes + 20, 4);
    return width != 0 && width <= INT32_MAX && height != 0 && height <= INT32_MAX &&
           is_png_depth(image.bytes[24], image.bytes[25]);
}

static bool is_gif(struct image image)
{
    if ((!has(image, 0, "GIF87a", 6) && !has(image, 0, "GIF89a", 6)) || image.length < 13) {
        return false;
    }
    unsigned flags = image.bytes[10];
    size_t colours = (flags & 0x80) != 0 ? (size_t)2 << (flags & 7) : 0;
    return little_endian(image.bytes + 6, 2) != 0 && little_endian(image.bytes + 8, 2) != 0 &&
           image.length > 13 + 3 * colours;
}

static bool is_webp(struct image image)
{
    if (!has(image, 0, "RIFF", 4) || !has(image, 8, "WEBP", 4) || image.length < 30) {
        return false;
    }
    /* The size excludes the first 8 bytes; some writers leave the padding of an odd chunk out of
     * it. */
    uint32_t size = little_endian(image.bytes + 4, 4);
    if (size != image.total - 8 && size != image.total - 9) {
        return false;
    }
    return (has(image, 12, "VP8 ", 4) && has(image, 23, "\x9d\x01\x2a", 3)) ||
           (has(image, 12, "VP8L", 4) && image.bytes[20] == 0x2f) ||
           has(image, 12, "VP8X\x0a\0\0\0", 8);
}

/* C4, C8 and CC stand in the same row of ITU T.81 table B.1, but begin no frame. */
static bool begins_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool is_frame_header(const unsigned char *segment, size_t length)
{
    if (length < 8) {
        return false;
    }
    unsigned components = segment[7];
    return big_endian(segment + 3, 2) != 0 && big_endian(segment + 5, 2) != 0 && components >= 1 &&
           components <= 4 && length == 8 + 3 * (size_t)components;
}

/* Walks the marker segments to the frame header. */
static bool is_jpeg(struct image image)
{
    if (!has(image, 0, "\xff\xd8\xff", 3)) {
        return false;
    }
    size_t at = 2;
    while (at + 4 <= image.length && image.bytes[at] == 0xff) {
        unsigned marker = image.bytes[at + 1];
        if (marker == 0xff) {
            at++; /* a fill byte */
            continue;
        }
        size_t length = big_endian(image.bytes + at + 2, 2);
        /* D0-D9 and 01 have no length; before a frame header, none of them belongs here. */
        if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda) || length < 2 ||
            length > image.length - at - 2) {
            return false;
        }
        if (begins_frame(marker)) {
            return is_frame_header(image.bytes + at + 2, length);
        }
        at += 2 + length;
    }
    return false;
}

const char *image_type_extension(const void *bytes, size_t length)
{
    return image_type_extension_of_beginning(bytes, length, length);
}

const char *image_type_extension_of_beginning(const void *bytes, size_t length, uint64_t total)
{
    struct image image = { .bytes = bytes, .length = length, .total = total };
    if (is_jpeg(image)) {
        return "jpg";
    }
    if (is_png(image)) {
        return "png";
    }
    if (is_gif(image)) {
        return "gif";
    }
    return is_webp(image) ? "webp" : NULL;
}
