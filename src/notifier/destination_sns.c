#include <stdio.h>

#include "delivery.h"
#include "destination.h"
#include "message_text.h"
#include "stockpilot/aws/sns.h"
#include "stockpilot/aws/sns_text.h"

_Static_assert(RECEIPT_SIZE >= SNS_MESSAGE_ID_SIZE, "a receipt holds the id SNS gives a message");

static enum error_kind open_client(struct delivery_context *context)
{
    const struct configuration *configuration = context->configuration;
    const struct sns_settings settings = {
        .region = configuration->aws_region,
        .endpoint = configuration->sns_endpoint,
        .credentials = context->credentials,
        .connect_timeout_ms = configuration->notifier_publish_timeout_ms,
        .total_timeout_ms = configuration->notifier_publish_timeout_ms,
    };
    struct sns_client *client;
    enum error_kind kind = sns_client_new(&settings, &client, &context->error);
    if (kind == ERROR_NONE) {
        context->client = client;
    }
    return kind;
}

static void close_client(struct delivery_context *context)
{
    sns_client_free(context->client);
}

static void add_attribute(struct sns_message *message, const char *name, const char *type,
                          const char *value)
{
    if (value != NULL) {
        message->attributes[message->attribute_count].name = name;
        message->attributes[message->attribute_count].type = type;
        message->attributes[message->attribute_count].value = value;
        message->attribute_count++;
    }
}

static enum aws_outcome publish(struct delivery_context *context,
                                const struct outbox_message *message, char receipt[RECEIPT_SIZE])
{
    char subject[SNS_SUBJECT_SIZE];
    sns_subject(message->title, subject);
    struct sns_message mail = {
        .topic_arn = topics_arn(context->configuration, message->topic),
        .subject = subject,
        .body = message_text_body(context->arena, message),
    };
    add_attribute(&mail, "event_id", "String", message->message_id);
    add_attribute(&mail, "topic", "String", message->topic);
    add_attribute(&mail, "kind", "String", message->kind);
    add_attribute(&mail, "product_id", "String", message->product_id);
    add_attribute(&mail, "recipients", "String.Array", message->recipients);
    if (mail.body == NULL) {
        (void)error_set_cause(&context->error, ERROR_INTERNAL, "the text is too long for a mail");
        return AWS_REFUSED;
    }
    return sns_publish(context->client, &mail, receipt, &context->error);
}

/* Lets through what names this user. */
static enum aws_outcome subscribe(struct delivery_context *context,
                                  const struct subscription *subscription)
{
    char policy[80];
    char arn[SNS_SUBSCRIPTION_ARN_SIZE];
    snprintf(policy, sizeof policy, "{\"recipients\":[\"%s\"]}", subscription->user_id);
    return sns_subscribe_email(context->client,
                               topics_arn(context->configuration, subscription->topic),
                               subscription->email, policy, arn, &context->error);
}

const struct destination destination_sns = {
    .name = "publisher",
    .topics = topics_configured,
    .open = open_client,
    .close = close_client,
    .deliver = publish,
    .subscribe = subscribe,
};
