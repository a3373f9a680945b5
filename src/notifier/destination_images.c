#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "destination.h"
#include "stockpilot/json/json_read.h"
#include "stockpilot/storage/image_storage.h"

#define TOPIC "image-deletions"

/* Images are somewhere in any case. */
static bool topics(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE])
{
    (void)configuration;
    memcpy(text, "{" TOPIC "}", sizeof "{" TOPIC "}");
    return true;
}

static enum error_kind open_images(struct delivery_context *context)
{
    const struct image_storage_settings settings =
        image_storage_settings_of(context->configuration, context->credentials);
    struct image_storage *images = calloc(1, sizeof *images);
    if (images == NULL) {
        return error_set_cause(&context->error, ERROR_INTERNAL, "no memory for the image store");
    }
    enum error_kind kind = image_storage_open(&settings, images, &context->error);
    if (kind != ERROR_NONE) {
        free(images);
        return kind;
    }
    context->client = images;
    return ERROR_NONE;
}

static void close_images(struct delivery_context *context)
{
    image_storage_close(context->client);
    free(context->client);
}

/* NULL: the message names none. */
static const char *key_of(struct delivery_context *context, const struct outbox_message *message)
{
    const struct json_value *facts;
    if (json_parse(context->arena, message->payload, strlen(message->payload), 0, &facts,
                   &context->error) != ERROR_NONE) {
        return NULL;
    }
    return json_string(json_member(facts, "key"));
}

static enum aws_outcome delete_image(struct delivery_context *context,
                                     const struct outbox_message *message,
                                     char receipt[RECEIPT_SIZE])
{
    const struct image_storage *images = context->client;
    const char *key = key_of(context, message);
    (void)receipt;
    if (key == NULL || !image_storage_is_key(key)) {
        (void)error_set_cause(&context->error, ERROR_INTERNAL, "it names no image");
        return AWS_REFUSED;
    }
    const struct deadline deadline =
        deadline_after_ms(context->configuration->notifier_publish_timeout_ms);
    switch (images->remove(images, key, deadline, &context->error)) {
    case ERROR_NONE:
        return AWS_DONE;
    case ERROR_FORBIDDEN:
        return AWS_REFUSED;
    default:
        return AWS_TRY_AGAIN;
    }
}

const struct destination destination_images = {
    .name = "image-deleter",
    .topics = topics,
    .open = open_images,
    .close = close_images,
    .deliver = delete_image,
};
