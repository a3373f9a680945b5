#include "image_kinds.h"
#include "stockpilot/aws/s3.h"

#define CONNECT_TIMEOUT_MS 1000

/* A key is used once, so what a cache has of it stays true. */
#define CACHE_CONTROL "public, max-age=31536000, immutable"

_Static_assert(IMAGE_BEGINNING_MAX == S3_BEGINNING_MAX, "what is read of an image");

/* A bucket that is not there, or closed to us, is a fault of the installation: to whoever uploads,
 * the store is away. */
static enum error_kind bucket_put(const struct image_storage *storage, const char *key,
                                  const char *bytes, size_t length, struct deadline deadline,
                                  struct error *error)
{
    const struct s3_object object = { key, image_storage_content_type(key), CACHE_CONTROL, bytes,
                                      length };
    if (object.content_type == NULL) {
        return error_set_cause(error, ERROR_INTERNAL, "no image has the key %s", key);
    }
    return s3_put(storage->bucket, &object, deadline, error) == AWS_DONE
               ? ERROR_NONE
               : (error->kind = ERROR_UNAVAILABLE);
}

static enum error_kind bucket_remove(const struct image_storage *storage, const char *key,
                                     struct deadline deadline, struct error *error)
{
    switch (s3_delete(storage->bucket, key, deadline, error)) {
    case AWS_DONE:
        return ERROR_NONE;
    case AWS_REFUSED:
        return error->kind = ERROR_FORBIDDEN;
    case AWS_TRY_AGAIN:
        break;
    }
    return error->kind = ERROR_UNAVAILABLE;
}

static enum error_kind bucket_sign_upload(const struct image_storage *storage, struct arena *arena,
                                          const char *key, int64_t size, struct deadline deadline,
                                          struct s3_post_form *form, struct error *error)
{
    const struct s3_post_upload upload = {
        .key = key,
        .content_type = image_storage_content_type(key),
        .cache_control = CACHE_CONTROL,
        .minimum_bytes = size,
        .maximum_bytes = size,
    };
    return s3_sign_form(storage->bucket, arena, upload, deadline, form, error);
}

static enum error_kind bucket_read_beginning(const struct image_storage *storage, const char *key,
                                             struct deadline deadline,
                                             struct image_beginning *beginning, struct error *error)
{
    struct s3_beginning read;
    if (s3_read_beginning(storage->bucket, key, deadline, &read, error) != AWS_DONE) {
        return error->kind = ERROR_UNAVAILABLE;
    }
    *beginning = (struct image_beginning){ read.found, read.size, read.bytes, read.length };
    return ERROR_NONE;
}

enum error_kind image_s3_open(const struct image_storage_settings *settings,
                              struct image_storage *storage, struct error *error)
{
    const struct s3_settings s3 = {
        .region = settings->region,
        .bucket = settings->bucket,
        .endpoint = settings->endpoint,
        .credentials = settings->credentials,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
    };
    storage->put = bucket_put;
    storage->remove = bucket_remove;
    storage->sign_upload = bucket_sign_upload;
    storage->read_beginning = bucket_read_beginning;
    enum error_kind kind = s3_client_new(&s3, &storage->bucket, error);
    if (kind == ERROR_NONE) {
        storage->upload_url = s3_bucket_url(storage->bucket);
    }
    return kind;
}

void image_s3_close(struct image_storage *storage)
{
    s3_client_free(storage->bucket);
}
