/*
 * image_storage.h - where product images live.
 *
 * A key is "products/<uuid>.<ext>" and is used once: an image is never overwritten, so that what a
 * cache holds under an address stays true. Two kinds are meant: a directory that nginx serves, and
 * S3.
 */
#ifndef STOCKPILOT_STORAGE_IMAGE_STORAGE_H
#define STOCKPILOT_STORAGE_IMAGE_STORAGE_H

#include <stddef.h>

#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define IMAGE_KEY_SIZE 64
#define IMAGE_KEY_START "products/"

struct image_storage {
    /* When it returns ERROR_NONE the image is safe on disk (or in the bucket). ERROR_UNAVAILABLE.
     */
    enum error_kind (*put)(const struct image_storage *storage, const char *key, const char *bytes,
                           size_t length, struct error *error);
    /* An image that is not there counts as deleted. */
    enum error_kind (*remove)(const struct image_storage *storage, const char *key,
                              struct error *error);
    char *base_url;  /* without a slash at its end; an image's address is <base_url>/<key> */
    char *directory; /* of the directory kind */
};

/* Texts are copied. ERROR_INTERNAL without memory. The directory is made when the first image
 * comes. */
MUST_CHECK enum error_kind image_storage_open_directory(const char *directory, const char *base_url,
                                                        struct image_storage *storage,
                                                        struct error *error);
void image_storage_close(struct image_storage *storage);

/* A fresh key for an image with this extension. */
MUST_CHECK enum error_kind image_storage_make_key(const char *extension, char key[IMAGE_KEY_SIZE]);

/* The address clients see; NULL without memory. */
MUST_CHECK const char *image_storage_url(const struct image_storage *storage, struct arena *arena,
                                         const char *key);

#endif
