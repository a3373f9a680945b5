#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "product_answer.h"
#include "product_input.h"
#include "stockpilot/domain/image_upload.h"
#include "stockpilot/handlers/handlers.h"
#include "stockpilot/http/image_type.h"
#include "stockpilot/json/record_json.h"
#include "stockpilot/store/images_store.h"

_Static_assert(UPLOAD_MAX_BYTES == IMAGE_MAX_BYTES, "an image is as large either way");

#define TIME_SIZE sizeof "2023-11-23T11:54:21.000Z"

static enum error_kind require_bucket(const struct exchange *exchange)
{
    return exchange->services->images->sign_upload != NULL
               ? ERROR_NONE
               : error_set(exchange->error, ERROR_NOT_IMPLEMENTED,
                           "Images are not kept in S3 here: send the file to "
                           "POST /products/{productId}/image.");
}

static enum error_kind read_announcement(struct exchange *exchange,
                                         struct new_image_upload *announced)
{
    struct record_reading reading = { .record = announced, .error = exchange->error };
    reading.rules = image_upload_rules(&reading.rule_count);
    enum error_kind kind = record_read_json(&reading, exchange->arena, exchange->request->body,
                                            exchange->request->content_length);
    if (kind != ERROR_NONE && kind != ERROR_INVALID) {
        return kind;
    }
    record_require(&reading, UPLOAD_REQUIRED);
    return exchange->error->kind;
}

static void write_form(struct exchange *exchange, const struct image_announcement *announcement,
                       const struct s3_post_form *form)
{
    char end[TIME_SIZE];
    const time_t seconds = (time_t)form->expires_at;
    struct tm parts;
    struct json_writer json;
    gmtime_r(&seconds, &parts);
    strftime(end, sizeof end, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
    json_writer_init(&json, &exchange->response->body);
    json_begin_object(&json);
    json_member_string(&json, "uploadId", announcement->upload_id);
    json_member_string(&json, "url", exchange->services->images->upload_url);
    json_write_name(&json, "fields");
    json_begin_object(&json);
    for (size_t i = 0; i < form->field_count; i++) {
        json_member_string(&json, form->fields[i].name, form->fields[i].value);
    }
    json_end_object(&json);
    json_member_string(&json, "key", announcement->image_key);
    json_member_string(&json, "expiresAt", end);
    json_end_object(&json);
}

enum error_kind image_upload_begin(struct exchange *exchange)
{
    const struct image_storage *images = exchange->services->images;
    struct new_image_upload announced = { .content_type = NULL };
    struct image_announcement announcement = { .product_id = exchange->parameters[0] };
    struct s3_post_form form;
    enum error_kind kind = require_bucket(exchange);
    if (kind == ERROR_NONE) {
        kind = read_announcement(exchange, &announced);
    }
    if (kind == ERROR_NONE) {
        kind = product_input_name_image(exchange, image_storage_extension(announced.content_type),
                                        announced.content_length, &announcement);
    }
    if (kind == ERROR_NONE) {
        kind = images->sign_upload(images, exchange->arena, announcement.image_key,
                                   announcement.size, exchange->deadline, &form, exchange->error);
    }
    if (kind != ERROR_NONE) {
        return kind;
    }
    const struct store_request request = exchange_store_request(exchange);
    announcement.expires_at = form.expires_at;
    kind = images_store_announce(&request, &announcement);
    if (kind != ERROR_NONE) {
        return kind;
    }
    write_form(exchange, &announcement, &form);
    return exchange_finish_json(exchange, 201);
}

static enum error_kind refuse_upload(struct exchange *exchange)
{
    return error_set(exchange->error, ERROR_INVALID,
                     "What was uploaded is not the image that was announced: it is not kept. "
                     "Begin a new upload.");
}

static bool is_as_announced(const struct image_upload *upload, const struct image_beginning *sent)
{
    const char *extension =
        image_type_extension_of_beginning(sent->bytes, sent->length, (uint64_t)sent->size);
    return sent->size == upload->size && extension != NULL &&
           strcmp(extension, image_storage_extension(upload->content_type)) == 0;
}

/* Whether the image is there, and what it was announced to be. */
static enum error_kind judge_upload(struct exchange *exchange, const struct image_upload *upload)
{
    const struct image_storage *images = exchange->services->images;
    struct image_beginning sent;
    enum error_kind kind = images->read_beginning(images, upload->image_key, exchange->deadline,
                                                  &sent, exchange->error);
    if (kind != ERROR_NONE) {
        return kind;
    }
    if (!sent.found) {
        return error_set(exchange->error, ERROR_CONFLICT, "The image is not there yet.");
    }
    bool good = is_as_announced(upload, &sent);
    free(sent.bytes);
    if (good) {
        return ERROR_NONE;
    }
    const struct store_request request = exchange_store_request(exchange);
    kind = images_store_reject(&request, exchange->parameters[0], exchange->parameters[1]);
    return kind != ERROR_NONE ? kind : refuse_upload(exchange);
}

static enum error_kind show_upload(struct exchange *exchange, int64_t version)
{
    const struct store_request request = exchange_store_request(exchange);
    struct product product;
    enum error_kind kind = images_store_confirm(&request, exchange->parameters[0],
                                                exchange->parameters[1], version, &product);
    if (kind == ERROR_STALE) {
        return product_answer_stale(exchange, exchange->parameters[0]);
    }
    return kind != ERROR_NONE ? kind : product_answer_one(exchange, 200, &product);
}

enum error_kind image_upload_confirm(struct exchange *exchange)
{
    const struct store_request request = exchange_store_request(exchange);
    struct image_upload upload;
    int64_t version;
    enum error_kind kind = require_bucket(exchange);
    if (kind == ERROR_NONE) {
        kind = product_input_read_version(exchange, &version);
    }
    if (kind == ERROR_STALE) {
        return product_answer_stale(exchange, exchange->parameters[0]);
    }
    if (kind == ERROR_NONE) {
        kind =
            images_store_find(&request, exchange->parameters[0], exchange->parameters[1], &upload);
    }
    if (kind == ERROR_NONE && upload.rejected) {
        kind = refuse_upload(exchange);
    }
    if (kind == ERROR_NONE && !upload.confirmed) {
        kind = judge_upload(exchange, &upload);
    }
    return kind != ERROR_NONE ? kind : show_upload(exchange, version);
}
