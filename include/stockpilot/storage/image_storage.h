/*
 * image_storage.h - where product images live: in a directory that nginx serves, or in a bucket of
 * S3.
 *
 * A key is "products/<uuid>.<ext>" and is used once: an image is never overwritten, so that what a
 * cache holds under an address stays true.
 */
#ifndef STOCKPILOT_STORAGE_IMAGE_STORAGE_H
#define STOCKPILOT_STORAGE_IMAGE_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stockpilot/aws/credentials.h"
#include "stockpilot/aws/s3_post_policy.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"
#include "stockpilot/memory/arena.h"

#define IMAGE_KEY_SIZE 64
#define IMAGE_KEY_START "products/"

/* So much of an image is looked at to tell its type: the frame header of a JPEG stands behind what
 * cameras and programs have to say about it. */
#define IMAGE_BEGINNING_MAX (1024u * 1024)

struct image_storage_settings {
    const char *directory;  /* where images live without a bucket */
    const char *bucket;     /* NULL: in the directory */
    const char *cdn_domain; /* what serves the bucket: a host, perhaps with a port; NULL: nothing */
    const char *base_url;   /* without cdn_domain; NULL: "/images", or the bucket's own address */
    const char *region;     /* of the bucket */
    const char *endpoint;   /* likewise, if not at AWS; else NULL */
    struct aws_credential_source *credentials; /* likewise; the caller's, outlives the storage */
};

/* Given back with free(bytes). */
struct image_beginning {
    bool found;
    int64_t size; /* of the whole image */
    char *bytes;
    size_t length; /* IMAGE_BEGINNING_MAX at most */
};

struct image_storage {
    /* When it returns ERROR_NONE the image is safe on disk (or in the bucket). ERROR_UNAVAILABLE.
     */
    enum error_kind (*put)(const struct image_storage *storage, const char *key, const char *bytes,
                           size_t length, struct deadline deadline, struct error *error);
    /* An image that is not there counts as deleted. ERROR_UNAVAILABLE: it may work later;
     * ERROR_FORBIDDEN: it will not, before somebody changes something. */
    enum error_kind (*remove)(const struct image_storage *storage, const char *key,
                              struct deadline deadline, struct error *error);

    /* Of a bucket; NULL where clients cannot upload past us. The form takes exactly `size` bytes
     * under this key, and nothing else; errors as of s3_post_policy_sign(). */
    enum error_kind (*sign_upload)(const struct image_storage *storage, struct arena *arena,
                                   const char *key, int64_t size, struct deadline deadline,
                                   struct s3_post_form *form, struct error *error);
    /* ERROR_UNAVAILABLE. */
    enum error_kind (*read_beginning)(const struct image_storage *storage, const char *key,
                                      struct deadline deadline, struct image_beginning *beginning,
                                      struct error *error);

    char *base_url;  /* without a slash at its end; an image's address is <base_url>/<key> */
    char *directory; /* of the directory kind */
    struct s3_client *bucket;
    const char *upload_url; /* of a bucket: where the form goes */
};

/* As the options say. */
struct configuration;
struct image_storage_settings image_storage_settings_of(const struct configuration *configuration,
                                                        struct aws_credential_source *credentials);

/* Texts are copied. ERROR_INTERNAL without memory. The directory is made when the first image
 * comes; S3 is not asked anything. */
MUST_CHECK enum error_kind image_storage_open(const struct image_storage_settings *settings,
                                              struct image_storage *storage, struct error *error);
void image_storage_close(struct image_storage *storage);

/* A fresh key for an image with this extension. */
MUST_CHECK enum error_kind image_storage_make_key(const char *extension, char key[IMAGE_KEY_SIZE]);

/* Whether a text is a key of ours. */
bool image_storage_is_key(const char *text);

/* "image/jpeg" for a key that ends in ".jpg"; NULL for one of no image. */
const char *image_storage_content_type(const char *key);

/* "jpg" for "image/jpeg"; NULL for any type that is none of ours. */
const char *image_storage_extension(const char *content_type);

#endif
