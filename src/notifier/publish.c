#include "publish.h"

#include <inttypes.h>
#include <stdio.h>

#include "backoff.h"
#include "message_text.h"
#include "stockpilot/aws/sns_text.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "topics.h"

#define DATABASE_TIME_MS 5000
#define WHY_SIZE 256

enum error_kind publish_open(struct publish_context *context, size_t arena_limit,
                             int database_time_ms)
{
    const struct configuration *configuration = context->configuration;
    context->store = store_new(configuration->database_url, database_time_ms);
    context->arena = arena_new(arena_limit);
    context->credentials = aws_credential_source_new();
    if (context->store == NULL || context->arena == NULL || context->credentials == NULL) {
        return error_set_cause(&context->error, ERROR_INTERNAL, "no memory");
    }
    const struct sns_settings settings = {
        .credentials = context->credentials,
        .region = configuration->aws_region,
        .endpoint = configuration->sns_endpoint,
        .connect_timeout_ms = configuration->notifier_publish_timeout_ms,
        .total_timeout_ms = configuration->notifier_publish_timeout_ms,
    };
    return sns_client_new(&settings, &context->sns, &context->error);
}

void publish_close(struct publish_context *context)
{
    sns_client_free(context->sns);
    aws_credential_source_free(context->credentials);
    store_free(context->store);
    arena_free(context->arena);
}

static struct store_request request_of(struct publish_context *context)
{
    error_reset(&context->error);
    return (struct store_request){ .store = context->store,
                                   .arena = context->arena,
                                   .deadline = deadline_after_ms(DATABASE_TIME_MS),
                                   .error = &context->error,
                                   .request_id = "notifier" };
}

static int64_t pause_after(const struct publish_context *context, int attempts)
{
    const struct backoff backoff = { context->configuration->notifier_retry_ms,
                                     context->configuration->notifier_retry_max_ms };
    return backoff_pause_ms(&backoff, attempts);
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

static enum aws_outcome give_to_sns(struct publish_context *context,
                                    const struct outbox_message *message,
                                    char sns_id[SNS_MESSAGE_ID_SIZE])
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
    return sns_publish(context->sns, &mail, sns_id, &context->error);
}

static enum publish_end note_sent(struct publish_context *context,
                                  const struct outbox_message *message, const char *sns_id,
                                  int64_t duration_ms)
{
    const struct store_request request = request_of(context);
    bool kept = false;
    LOG(LOG_LEVEL_INFO, "message_sent", LOG_TEXT("message_id", message->message_id),
        LOG_TEXT("topic", message->topic), LOG_NUMBER("attempts", message->attempts),
        LOG_TEXT("sns_message_id", sns_id), LOG_NUMBER("duration_ms", duration_ms));
    if (outbox_store_sent(&request, message->outbox_id, context->claimant, &kept) != ERROR_NONE) {
        return PUBLISH_NO_DATABASE; /* so it will be published again */
    }
    return PUBLISH_DONE;
}

static void log_failure(const struct outbox_message *message, enum outbox_refusal outcome,
                        const char *why, int64_t pause_ms)
{
    const bool parked = outcome == OUTBOX_PARKED;
    LOG(parked ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING, parked ? "message_parked" : "message_failed",
        LOG_TEXT("message_id", message->message_id), LOG_TEXT("topic", message->topic),
        LOG_NUMBER("attempts", message->attempts), LOG_TEXT("cause", why),
        LOG_NUMBER("retry_in_ms", parked ? -1 : pause_ms));
}

static enum publish_end note_refused(struct publish_context *context,
                                     const struct outbox_message *message, const char *why)
{
    const struct store_request request = request_of(context);
    const int64_t pause_ms = pause_after(context, message->attempts);
    enum outbox_refusal outcome = OUTBOX_LOST;
    if (outbox_store_refused(&request, message->outbox_id, context->claimant, why, pause_ms,
                             context->configuration->notifier_max_attempts,
                             &outcome) != ERROR_NONE) {
        return PUBLISH_NO_DATABASE;
    }
    log_failure(message, outcome, why, pause_ms);
    return PUBLISH_DONE;
}

static enum publish_end note_outage(struct publish_context *context,
                                    const struct outbox_message *message, const char *why)
{
    const struct store_request request = request_of(context);
    const int64_t pause_ms = pause_after(context, message->attempts);
    bool kept = false;
    log_failure(message, OUTBOX_FAILED, why, pause_ms);
    if (outbox_store_failed(&request, message->outbox_id, context->claimant, why, pause_ms,
                            &kept) != ERROR_NONE) {
        return PUBLISH_NO_DATABASE;
    }
    return PUBLISH_OUTAGE;
}

/* What went wrong, kept while the error is used for the database. */
static void keep_cause(const struct publish_context *context, char why[WHY_SIZE])
{
    snprintf(why, WHY_SIZE, "%s", context->error.cause);
}

enum publish_end publish_message(struct publish_context *context,
                                 const struct outbox_message *message)
{
    char sns_id[SNS_MESSAGE_ID_SIZE] = "";
    char why[WHY_SIZE];
    const int64_t began_ms = clock_monotonic_ms();
    error_reset(&context->error);
    switch (give_to_sns(context, message, sns_id)) {
    case AWS_DONE:
        return note_sent(context, message, sns_id, clock_monotonic_ms() - began_ms);
    case AWS_REFUSED:
        keep_cause(context, why);
        return note_refused(context, message, why);
    default:
        keep_cause(context, why);
        return note_outage(context, message, why);
    }
}

/* Lets through what names this user. */
static enum aws_outcome subscribe(struct publish_context *context,
                                  const struct subscription *subscription)
{
    char policy[80];
    char arn[SNS_SUBSCRIPTION_ARN_SIZE];
    snprintf(policy, sizeof policy, "{\"recipients\":[\"%s\"]}", subscription->user_id);
    return sns_subscribe_email(context->sns,
                               topics_arn(context->configuration, subscription->topic),
                               subscription->email, policy, arn, &context->error);
}

enum publish_end publish_subscription(struct publish_context *context,
                                      const struct subscription *subscription)
{
    char why[WHY_SIZE];
    error_reset(&context->error);
    const enum aws_outcome outcome = subscribe(context, subscription);
    const bool made = outcome == AWS_DONE;
    const int64_t pause_ms = made ? 0 : pause_after(context, subscription->attempts);
    keep_cause(context, why);
    LOG(made ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
        made ? "subscription_made" : "subscription_failed",
        LOG_TEXT("user_id", subscription->user_id), LOG_TEXT("topic", subscription->topic),
        LOG_NUMBER("attempts", subscription->attempts), LOG_TEXT("cause", made ? NULL : why));
    const struct store_request request = request_of(context);
    const int maximum = outcome == AWS_REFUSED ? context->configuration->notifier_max_attempts : 0;
    if (subscriptions_store_tried(&request, subscription, made ? NULL : why, pause_ms, maximum) !=
        ERROR_NONE) {
        return PUBLISH_NO_DATABASE;
    }
    return outcome == AWS_TRY_AGAIN ? PUBLISH_OUTAGE : PUBLISH_DONE;
}
