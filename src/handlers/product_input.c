#include "product_input.h"

#include <string.h>

#include "stockpilot/http/conditional.h"
#include "stockpilot/http/image_type.h"
#include "stockpilot/http/media_type.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/store/products_store.h"
#include "stockpilot/text/utf8.h"
#include "stockpilot/text/uuid.h"

#define IMAGE_FIELD "image"

/* A form knows only text: an empty field clears what can be cleared. */
static void read_field(struct record_reading *reading, struct arena *arena,
                       const struct multipart_part *part)
{
    const struct field_rule *rule = record_find_rule(reading, part->name);
    if (rule == NULL) {
        return;
    }
    char *text = arena_copy(arena, part->bytes, part->length);
    if (text == NULL) {
        error_set_cause(reading->error, ERROR_INTERNAL, "no memory for a form field");
    } else if (memchr(part->bytes, '\0', part->length) != NULL ||
               !utf8_is_valid(part->bytes, part->length)) {
        error_set(reading->error, ERROR_MALFORMED, "A form field is not UTF-8 text.");
    } else if (part->length == 0 && field_is_number(rule)) {
        record_set_null(reading, rule);
    } else if (field_is_number(rule)) {
        record_set_number(reading, rule, text);
    } else {
        record_set_text(reading, rule, text);
    }
}

/* A browser sends a file input that nobody filled as an empty file without a name. */
static void read_file(struct record_reading *reading, const struct multipart_part *part,
                      const struct multipart_part **image)
{
    if (part->file_name == NULL) {
        error_add_field(reading->error, "/" IMAGE_FIELD, "wrong_type", "is a file");
    } else if (part->file_name[0] != '\0' || part->length > 0) {
        *image = part;
    }
}

static enum error_kind read_form(struct record_reading *reading, struct exchange *exchange,
                                 const struct multipart_part **image)
{
    struct multipart *form = arena_alloc(exchange->arena, sizeof *form);
    if (form == NULL) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for the form");
    }
    enum error_kind kind =
        multipart_parse(exchange->arena, exchange->request->content_type, exchange->request->body,
                        exchange->request->content_length, form, exchange->error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->parts[i].name, IMAGE_FIELD) == 0) {
            read_file(reading, &form->parts[i], image);
        } else {
            read_field(reading, exchange->arena, &form->parts[i]);
        }
    }
    return exchange->error->kind;
}

enum error_kind product_input_read(struct exchange *exchange, unsigned required,
                                   struct product_change *change,
                                   const struct multipart_part **image)
{
    struct product_change read = { 0 };
    struct record_reading reading = { .record = &read, .error = exchange->error };
    reading.rules = product_rules(&reading.rule_count);
    *image = NULL;
    const struct http_request *request = exchange->request;
    enum error_kind kind =
        media_type_is(request->content_type, "multipart/form-data")
            ? read_form(&reading, exchange, image)
            : record_read_json(&reading, exchange->arena, request->body, request->content_length);
    if (kind != ERROR_NONE && kind != ERROR_INVALID) {
        return kind;
    }
    record_require(&reading, required);
    if (exchange->error->kind != ERROR_NONE) {
        return exchange->error->kind;
    }
    read.given = reading.given;
    *change = read;
    return ERROR_NONE;
}

enum error_kind product_input_read_image(struct exchange *exchange,
                                         const struct multipart_part **image)
{
    struct record_reading reading = { .error = exchange->error };
    enum error_kind kind = read_form(&reading, exchange, image);
    if (kind != ERROR_NONE && kind != ERROR_INVALID) {
        return kind;
    }
    if (*image == NULL) {
        error_add_field(exchange->error, "/" IMAGE_FIELD, "required", "is required");
    }
    return exchange->error->kind;
}

enum error_kind product_input_name_image(struct exchange *exchange, const char *extension,
                                         int64_t size, struct image_announcement *announcement)
{
    char *key = arena_alloc(exchange->arena, IMAGE_KEY_SIZE);
    if (key == NULL || image_storage_make_key(extension, key) != ERROR_NONE) {
        return error_set_cause(exchange->error, ERROR_INTERNAL, "no key for the image");
    }
    announcement->image_key = key;
    announcement->upload_id =
        arena_copy(exchange->arena, key + strlen(IMAGE_KEY_START), UUID_TEXT_SIZE - 1);
    announcement->content_type = image_storage_content_type(key);
    announcement->size = size;
    return announcement->upload_id != NULL
               ? ERROR_NONE
               : error_set_cause(exchange->error, ERROR_INTERNAL, "no memory for an image's id");
}

enum error_kind product_input_store_image(struct exchange *exchange, const char *product_id,
                                          const struct multipart_part *image, const char **key)
{
    if (image->length > IMAGE_MAX_BYTES) {
        return error_set(exchange->error, ERROR_TOO_LARGE, "An image has at most 5 MB.");
    }
    const char *extension = image_type_extension(image->bytes, image->length);
    if (extension == NULL) {
        return error_set(exchange->error, ERROR_UNSUPPORTED_MEDIA,
                         "An image must be JPEG, PNG, GIF or WebP.");
    }
    const struct store_request request = exchange_store_request(exchange);
    const struct image_storage *images = exchange->services->images;
    struct image_announcement announcement = { .product_id = product_id };
    enum error_kind kind =
        product_input_name_image(exchange, extension, (int64_t)image->length, &announcement);
    if (kind == ERROR_NONE) {
        kind = images_store_announce(&request, &announcement);
    }
    if (kind == ERROR_NONE) {
        kind = images->put(images, announcement.image_key, image->bytes, image->length,
                           exchange->deadline, exchange->error);
    }
    if (kind == ERROR_NONE) {
        *key = announcement.image_key;
    }
    return kind;
}

enum error_kind product_input_read_version(struct exchange *exchange, int64_t *version)
{
    if (exchange->request->if_match == NULL) {
        *version = PRODUCT_ANY_VERSION;
        return ERROR_NONE;
    }
    enum error_kind kind = if_match_version(exchange->request->if_match, version, exchange->error);
    /* No product has come that far. */
    return kind == ERROR_NONE && *version > INT32_MAX ? ERROR_STALE : kind;
}
