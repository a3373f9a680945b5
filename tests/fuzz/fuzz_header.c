/*
 * The request headers that are taken apart: Accept, Content-Type, If-Match and If-None-Match. Each
 * reads the same input.
 */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/http/conditional.h"
#include "stockpilot/http/media_type.h"

static void check_if_match(const char *header)
{
    int64_t version = -2;
    struct error error;
    error_reset(&error);
    enum error_kind kind = if_match_version(header, &version, &error);
    if (kind == ERROR_NONE) {
        PROMISE(version >= -1);
    } else {
        PROMISE(kind == ERROR_STALE || kind == ERROR_MALFORMED);
        PROMISE(version == -2);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *header = strndup((const char *)bytes, size);
    char etag[ETAG_SIZE];
    if (header == NULL) {
        return 0;
    }
    etag_make(etag, (int64_t)size, header, strlen(header));
    PROMISE(etag_none_match(etag, etag));
    (void)etag_none_match(header, etag);
    check_if_match(header);
    if (media_type_is(header, "application/json")) {
        PROMISE(!media_type_is(header, "multipart/form-data"));
    }
    (void)accept_allows(header, "application/json");
    free(header);
    return 0;
}
