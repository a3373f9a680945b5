#include "stockpilot/storage/image_storage.h"

#include <stdio.h>

#include "stockpilot/text/uuid.h"

enum error_kind image_storage_make_key(const char *extension, char key[IMAGE_KEY_SIZE])
{
    char id[UUID_TEXT_SIZE];
    if (uuid_make(id) != ERROR_NONE) {
        return ERROR_INTERNAL;
    }
    snprintf(key, IMAGE_KEY_SIZE, IMAGE_KEY_START "%s.%s", id, extension);
    return ERROR_NONE;
}

const char *image_storage_url(const struct image_storage *storage, struct arena *arena,
                              const char *key)
{
    return arena_printf(arena, "%s/%s", storage->base_url, key);
}
