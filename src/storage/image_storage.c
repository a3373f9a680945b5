#include "stockpilot/storage/image_storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_kinds.h"
#include "stockpilot/text/uuid.h"

#define DIRECTORY_BASE_URL "/images"

static const struct {
    const char *extension;
    const char *content_type;
} types[] = {
    { "jpg", "image/jpeg" },
    { "png", "image/png" },
    { "gif", "image/gif" },
    { "webp", "image/webp" },
};

#define TYPE_COUNT (sizeof types / sizeof *types)

const char *image_storage_content_type(const char *key)
{
    const char *dot = strrchr(key, '.');
    for (size_t i = 0; i < TYPE_COUNT && dot != NULL; i++) {
        if (strcmp(types[i].extension, dot + 1) == 0) {
            return types[i].content_type;
        }
    }
    return NULL;
}

bool image_storage_is_key(const char *text)
{
    static const size_t start = sizeof IMAGE_KEY_START - 1;
    static const size_t id = UUID_TEXT_SIZE - 1;
    return strncmp(text, IMAGE_KEY_START, start) == 0 && strlen(text) > start + id &&
           uuid_is_valid(text + start, id) && text[start + id] == '.' &&
           image_storage_content_type(text + start + id) != NULL;
}

const char *image_storage_extension(const char *content_type)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(types[i].content_type, content_type) == 0) {
            return types[i].extension;
        }
    }
    return NULL;
}

static char *base_url(const struct image_storage_settings *settings, const char *standard)
{
    static const char https[] = "https://";
    if (settings->bucket != NULL && settings->cdn_domain != NULL) {
        size_t size = sizeof https + strlen(settings->cdn_domain);
        char *url = malloc(size);
        if (url != NULL) {
            snprintf(url, size, "%s%s", https, settings->cdn_domain);
        }
        return url;
    }
    const char *chosen = settings->base_url != NULL ? settings->base_url : standard;
    size_t length = strlen(chosen);
    while (length > 0 && chosen[length - 1] == '/') {
        length--;
    }
    return strndup(chosen, length);
}

enum error_kind image_storage_open(const struct image_storage_settings *settings,
                                   struct image_storage *storage, struct error *error)
{
    struct image_storage opened = { .directory = NULL };
    enum error_kind kind = settings->bucket != NULL
                               ? image_s3_open(settings, &opened, error)
                               : image_directory_open(settings, &opened, error);
    if (kind == ERROR_NONE) {
        opened.base_url =
            base_url(settings, settings->bucket != NULL ? opened.upload_url : DIRECTORY_BASE_URL);
    }
    if (opened.base_url == NULL) {
        image_storage_close(&opened);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the image store");
    }
    *storage = opened;
    return ERROR_NONE;
}

void image_storage_close(struct image_storage *storage)
{
    image_s3_close(storage);
    free(storage->base_url);
    free(storage->directory);
    *storage = (struct image_storage){ .directory = NULL };
}

enum error_kind image_storage_make_key(const char *extension, char key[IMAGE_KEY_SIZE])
{
    char id[UUID_TEXT_SIZE];
    if (uuid_make(id) != ERROR_NONE) {
        return ERROR_INTERNAL;
    }
    snprintf(key, IMAGE_KEY_SIZE, IMAGE_KEY_START "%s.%s", id, extension);
    return ERROR_NONE;
}
