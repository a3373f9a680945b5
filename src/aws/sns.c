#include "stockpilot/aws/sns.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stockpilot/memory/arena.h"
#include "stockpilot/text/buffer.h"

#define API_VERSION "2010-03-31"
#define CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"

/* A form of the largest message, every byte of it three. */
#define MAX_FORM (1024 * 1024)
#define MAX_ANSWER (64 * 1024)
#define ARENA_LIMIT (8 * 1024 * 1024)

struct sns_client {
    struct aws_client *aws;
    struct arena *arena; /* of one call */
};

enum error_kind sns_client_new(const struct sns_settings *settings, struct sns_client **client,
                               struct error *error)
{
    const struct aws_client_settings aws = {
        .name = "SNS",
        .service = "sns",
        .region = settings->region,
        .endpoint = settings->endpoint,
        .credentials = settings->credentials,
        .connect_timeout_ms = settings->connect_timeout_ms,
        .total_timeout_ms = settings->total_timeout_ms,
        .maximum_answer = MAX_ANSWER,
    };
    struct sns_client *made = calloc(1, sizeof *made);
    if (made == NULL || (made->arena = arena_new(ARENA_LIMIT)) == NULL ||
        aws_client_new(&aws, &made->aws, error) != ERROR_NONE) {
        sns_client_free(made);
        return error_set_cause(error, ERROR_INTERNAL, "no memory for the SNS client");
    }
    *client = made;
    return ERROR_NONE;
}

void sns_client_free(struct sns_client *client)
{
    if (client != NULL) {
        aws_client_free(client->aws);
        arena_free(client->arena);
        free(client);
    }
}

static void append_field(struct buffer *form, const char *name, const char *value)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    if (form->length > 0) {
        buffer_append_char(form, '&');
    }
    buffer_append_text(form, name);
    buffer_append_char(form, '=');
    for (; *value != '\0'; value++) {
        unsigned char c = (unsigned char)*value;
        if (strchr(plain, c) != NULL) {
            buffer_append_char(form, (char)c);
        } else {
            buffer_append_char(form, '%');
            buffer_append_char(form, digits[c >> 4]);
            buffer_append_char(form, digits[c & 15]);
        }
    }
}

static void begin_form(struct buffer *form, struct arena *arena, const char *action)
{
    buffer_init(form, arena, MAX_FORM);
    append_field(form, "Action", action);
    append_field(form, "Version", API_VERSION);
}

static void append_attribute(struct buffer *form, size_t number,
                             const struct sns_attribute *attribute)
{
    char name[64];
    snprintf(name, sizeof name, "MessageAttributes.entry.%zu.Name", number);
    append_field(form, name, attribute->name);
    snprintf(name, sizeof name, "MessageAttributes.entry.%zu.Value.DataType", number);
    append_field(form, name, attribute->type);
    snprintf(name, sizeof name, "MessageAttributes.entry.%zu.Value.StringValue", number);
    append_field(form, name, attribute->value);
}

/* `name` is the element of the answer that is wanted. */
static enum aws_outcome call(struct sns_client *client, const struct buffer *form, const char *name,
                             char *text, size_t size, struct error *error)
{
    const struct aws_call post = { .method = "POST",
                                   .path = "/",
                                   .query = "",
                                   .header_count = 1,
                                   .headers = { { "Content-Type", CONTENT_TYPE } },
                                   .body = form->bytes,
                                   .body_length = form->length };
    struct aws_answer answer = { .status = 0 };
    enum aws_outcome outcome = AWS_REFUSED;
    if (buffer_failed(form)) {
        error_set_cause(error, ERROR_INTERNAL, "a message for SNS is too large");
    } else {
        outcome = aws_client_call(client->aws, &post, &answer, error);
    }
    if (outcome == AWS_DONE && !aws_element(answer.body, name, text, size)) {
        error_set_cause(error, ERROR_UNAVAILABLE, "SNS answers 200 without a %s", name);
        outcome = AWS_TRY_AGAIN;
    }
    aws_answer_free(&answer);
    arena_reset(client->arena);
    return outcome;
}

enum aws_outcome sns_publish(struct sns_client *client, const struct sns_message *message,
                             char message_id[SNS_MESSAGE_ID_SIZE], struct error *error)
{
    struct buffer form;
    begin_form(&form, client->arena, "Publish");
    append_field(&form, "TopicArn", message->topic_arn);
    if (message->subject != NULL) {
        append_field(&form, "Subject", message->subject);
    }
    append_field(&form, "Message", message->body);
    for (size_t i = 0; i < message->attribute_count; i++) {
        append_attribute(&form, i + 1, &message->attributes[i]);
    }
    return call(client, &form, "MessageId", message_id, SNS_MESSAGE_ID_SIZE, error);
}

enum aws_outcome sns_subscribe_email(struct sns_client *client, const char *topic_arn,
                                     const char *email, const char *filter_policy,
                                     char subscription_arn[SNS_SUBSCRIPTION_ARN_SIZE],
                                     struct error *error)
{
    struct buffer form;
    begin_form(&form, client->arena, "Subscribe");
    append_field(&form, "TopicArn", topic_arn);
    append_field(&form, "Protocol", "email");
    append_field(&form, "Endpoint", email);
    if (filter_policy != NULL) {
        append_field(&form, "Attributes.entry.1.key", "FilterPolicy");
        append_field(&form, "Attributes.entry.1.value", filter_policy);
    }
    return call(client, &form, "SubscriptionArn", subscription_arn, SNS_SUBSCRIPTION_ARN_SIZE,
                error);
}
