/*
 * Forms: an input is the request's Content-Type, a line feed, and the body. Parts lie within the
 * body, one behind the other, and names are clean and come once.
 */
#include <string.h>

#include "fuzz_target.h"
#include "stockpilot/http/image_type.h"
#include "stockpilot/http/multipart.h"
#include "stockpilot/text/utf8.h"

static void check_part(const struct multipart *form, const struct multipart_part *part)
{
    PROMISE(part->name[0] != '\0');
    PROMISE(utf8_is_valid(part->name, strlen(part->name)));
    PROMISE(multipart_part_named(form, part->name) == part);
    if (part->file_name == NULL) {
        PROMISE(utf8_is_valid(part->bytes, part->length));
        PROMISE(memchr(part->bytes, '\0', part->length) == NULL);
    } else {
        PROMISE(utf8_is_valid(part->file_name, strlen(part->file_name)));
        (void)image_type_extension(part->bytes, part->length);
    }
}

static void check_form(const struct multipart *form, const char *body, size_t length)
{
    const char *behind = body;
    PROMISE(form->count <= MULTIPART_MAX_PARTS);
    for (size_t i = 0; i < form->count; i++) {
        const struct multipart_part *part = &form->parts[i];
        PROMISE(part->bytes >= behind);
        PROMISE(part->length <= (size_t)(body + length - part->bytes));
        behind = part->bytes + part->length;
        check_part(form, part);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new(1024u * 1024);
    const uint8_t *line_end = size == 0 ? NULL : memchr(bytes, '\n', size);
    struct multipart form;
    struct error error;
    error_reset(&error);
    (void)image_type_extension(bytes, size);
    if (arena != NULL && line_end != NULL) {
        const char *type = arena_copy(arena, (const char *)bytes, (size_t)(line_end - bytes));
        const char *body = (const char *)line_end + 1;
        size_t length = size - (size_t)(line_end + 1 - bytes);
        if (type != NULL) {
            enum error_kind kind = multipart_parse(arena, type, body, length, &form, &error);
            PROMISE(kind == ERROR_NONE || kind == ERROR_MALFORMED || kind == ERROR_INTERNAL);
            if (kind == ERROR_NONE) {
                check_form(&form, body, length);
            }
        }
    }
    arena_free(arena);
    return 0;
}
