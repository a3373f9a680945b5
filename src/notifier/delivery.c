#include "delivery.h"

#include <inttypes.h>
#include <stdio.h>

#include "backoff.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"

#define WHY_SIZE 256

enum error_kind delivery_open(struct delivery_context *context, size_t arena_limit)
{
    context->store = store_new(context->configuration->database_url, DELIVERY_DATABASE_MS);
    context->arena = arena_new(arena_limit);
    context->credentials = aws_credential_source_new();
    if (context->store == NULL || context->arena == NULL || context->credentials == NULL) {
        return error_set_cause(&context->error, ERROR_INTERNAL, "no memory");
    }
    return context->destination->open(context);
}

void delivery_close(struct delivery_context *context)
{
    if (context->client != NULL) {
        context->destination->close(context);
    }
    aws_credential_source_free(context->credentials);
    store_free(context->store);
    arena_free(context->arena);
}

struct store_request delivery_request(struct delivery_context *context, int64_t milliseconds)
{
    error_reset(&context->error);
    return (struct store_request){ .store = context->store,
                                   .arena = context->arena,
                                   .deadline = deadline_after_ms(milliseconds),
                                   .error = &context->error,
                                   .request_id = "notifier" };
}

static int64_t pause_after(const struct delivery_context *context, int attempts)
{
    const struct backoff backoff = { context->configuration->notifier_retry_ms,
                                     context->configuration->notifier_retry_max_ms };
    return backoff_pause_ms(&backoff, attempts);
}

static enum delivery_end note_sent(struct delivery_context *context,
                                   const struct outbox_message *message, const char *receipt,
                                   int64_t duration_ms)
{
    const struct store_request request = delivery_request(context, DELIVERY_DATABASE_MS);
    bool kept = false;
    LOG(LOG_LEVEL_INFO, "message_sent", LOG_TEXT("message_id", message->message_id),
        LOG_TEXT("topic", message->topic), LOG_NUMBER("attempts", message->attempts),
        LOG_TEXT("receipt", receipt[0] != '\0' ? receipt : NULL),
        LOG_NUMBER("duration_ms", duration_ms));
    if (outbox_store_sent(&request, message->outbox_id, context->claimant, &kept) != ERROR_NONE) {
        return DELIVERY_NO_DATABASE; /* so it will be delivered again */
    }
    return DELIVERY_DONE;
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

static enum delivery_end note_refused(struct delivery_context *context,
                                      const struct outbox_message *message, const char *why)
{
    const struct store_request request = delivery_request(context, DELIVERY_DATABASE_MS);
    const int64_t pause_ms = pause_after(context, message->attempts);
    enum outbox_refusal outcome = OUTBOX_LOST;
    if (outbox_store_refused(&request, message->outbox_id, context->claimant, why, pause_ms,
                             context->configuration->notifier_max_attempts,
                             &outcome) != ERROR_NONE) {
        return DELIVERY_NO_DATABASE;
    }
    log_failure(message, outcome, why, pause_ms);
    return DELIVERY_DONE;
}

static enum delivery_end note_outage(struct delivery_context *context,
                                     const struct outbox_message *message, const char *why)
{
    const struct store_request request = delivery_request(context, DELIVERY_DATABASE_MS);
    const int64_t pause_ms = pause_after(context, message->attempts);
    bool kept = false;
    log_failure(message, OUTBOX_FAILED, why, pause_ms);
    if (outbox_store_failed(&request, message->outbox_id, context->claimant, why, pause_ms,
                            &kept) != ERROR_NONE) {
        return DELIVERY_NO_DATABASE;
    }
    return DELIVERY_OUTAGE;
}

/* What went wrong, kept while the error is used for the database. */
static void keep_cause(const struct delivery_context *context, char why[WHY_SIZE])
{
    snprintf(why, WHY_SIZE, "%s", context->error.cause);
}

enum delivery_end delivery_message(struct delivery_context *context,
                                   const struct outbox_message *message)
{
    char receipt[RECEIPT_SIZE] = "";
    char why[WHY_SIZE];
    const int64_t began_ms = clock_monotonic_ms();
    error_reset(&context->error);
    switch (context->destination->deliver(context, message, receipt)) {
    case AWS_DONE:
        return note_sent(context, message, receipt, clock_monotonic_ms() - began_ms);
    case AWS_REFUSED:
        keep_cause(context, why);
        return note_refused(context, message, why);
    default:
        keep_cause(context, why);
        return note_outage(context, message, why);
    }
}

enum delivery_end delivery_subscription(struct delivery_context *context,
                                        const struct subscription *subscription)
{
    char why[WHY_SIZE];
    error_reset(&context->error);
    const enum aws_outcome outcome = context->destination->subscribe(context, subscription);
    const bool made = outcome == AWS_DONE;
    const int64_t pause_ms = made ? 0 : pause_after(context, subscription->attempts);
    keep_cause(context, why);
    LOG(made ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
        made ? "subscription_made" : "subscription_failed",
        LOG_TEXT("user_id", subscription->user_id), LOG_TEXT("topic", subscription->topic),
        LOG_NUMBER("attempts", subscription->attempts), LOG_TEXT("cause", made ? NULL : why));
    const struct store_request request = delivery_request(context, DELIVERY_DATABASE_MS);
    const int maximum = outcome == AWS_REFUSED ? context->configuration->notifier_max_attempts : 0;
    if (subscriptions_store_tried(&request, subscription, made ? NULL : why, pause_ms, maximum) !=
        ERROR_NONE) {
        return DELIVERY_NO_DATABASE;
    }
    return outcome == AWS_TRY_AGAIN ? DELIVERY_OUTAGE : DELIVERY_DONE;
}
