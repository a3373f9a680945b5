#include "relay.h"

#include <stdlib.h>
#include <unistd.h>

#include "backoff.h"
#include "delivery.h"
#include "patience.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/store/notice.h"
#include "stockpilot/store/outbox_store.h"

#define ARENA_LIMIT (8u << 20)
#define RELEASE_MS 500

/* A claim lasts for a few messages that take their time. */
#define LEASE_MARGIN_MS 30000

/* Between the clocks of two machines, and the database's answer and our looking at the time. */
#define LOOK_MARGIN_MS 100
#define SHORTEST_PAUSE_MS 10

/* While a destination is down it is asked no more often than this, nor much less often. */
#define LONGEST_OUTAGE_PAUSE_MS 30000

struct relay {
    const struct configuration *configuration;
    struct delivery_context context;
    int patience;
    char topics[TOPICS_TEXT_SIZE];
    int outages; /* tries in a row that were not taken */
    int losses;  /* rounds in a row without the database */
};

static void release_claims(struct relay *relay)
{
    const struct store_request request = delivery_request(&relay->context, RELEASE_MS);
    if (outbox_store_release(&request, relay->context.claimant) != ERROR_NONE) {
        LOG(LOG_LEVEL_WARNING, "claims_not_released", LOG_TEXT("cause", request.error->cause));
    }
}

/* The destination is down, or does not let us in: that concerns all messages. */
static void sit_out_an_outage(struct relay *relay)
{
    const struct configuration *configuration = relay->configuration;
    struct backoff backoff = { configuration->notifier_retry_ms,
                               configuration->notifier_retry_max_ms };
    if (backoff.longest_ms > LONGEST_OUTAGE_PAUSE_MS) {
        backoff.longest_ms = LONGEST_OUTAGE_PAUSE_MS;
    }
    relay->outages++;
    release_claims(relay);
    patience_wait(relay->patience, backoff_pause_ms(&backoff, relay->outages));
}

static void sit_out_a_loss(struct relay *relay)
{
    static const struct backoff backoff = { 250, 5000 };
    relay->losses++;
    patience_wait(relay->patience, backoff_bound_ms(&backoff, relay->losses));
}

/* Delivers what was claimed, as long as the claim lasts. */
static enum delivery_end deliver_claimed(struct relay *relay, const struct outbox_claims *claims,
                                         struct deadline lease)
{
    const int64_t least_ms =
        relay->configuration->notifier_publish_timeout_ms +
        (relay->context.destination->database_calls + 1) * (int64_t)DELIVERY_DATABASE_MS;
    for (size_t i = 0; i < claims->count; i++) {
        if (patience_is_over(relay->patience) || deadline_left_ms(lease) < least_ms) {
            release_claims(relay);
            return DELIVERY_DONE;
        }
        enum delivery_end end = delivery_message(&relay->context, &claims->items[i]);
        if (end != DELIVERY_DONE) {
            return end;
        }
        relay->outages = 0;
    }
    return DELIVERY_DONE;
}

static int64_t lease_ms_of(const struct relay *relay)
{
    return 2 * (int64_t)relay->configuration->notifier_publish_timeout_ms + LEASE_MARGIN_MS;
}

static enum delivery_end look_for_messages(struct relay *relay, bool *found)
{
    const int64_t lease_ms = lease_ms_of(relay);
    const struct deadline lease = deadline_after_ms(lease_ms);
    struct store_request request = delivery_request(&relay->context, DELIVERY_DATABASE_MS);
    struct outbox_claims claims;
    if (store_listen(&request) != ERROR_NONE ||
        outbox_store_claim(&request, relay->context.claimant, DELIVERY_BATCH, lease_ms,
                           relay->topics, &claims) != ERROR_NONE) {
        return DELIVERY_NO_DATABASE;
    }
    *found = claims.count > 0;
    return deliver_claimed(relay, &claims, lease);
}

static enum delivery_end look_for_subscriptions(struct relay *relay, bool *found)
{
    const struct store_request request = delivery_request(&relay->context, DELIVERY_DATABASE_MS);
    struct subscription_claims claims;
    if (subscriptions_store_claim(&request, DELIVERY_BATCH, lease_ms_of(relay), relay->topics,
                                  &claims) != ERROR_NONE) {
        return DELIVERY_NO_DATABASE;
    }
    *found = *found || claims.count > 0;
    enum delivery_end end = DELIVERY_DONE;
    for (size_t i = 0;
         i < claims.count && end == DELIVERY_DONE && !patience_is_over(relay->patience); i++) {
        end = delivery_subscription(&relay->context, &claims.items[i]);
    }
    return end;
}

/* One look into the outbox. *found: whether there was anything, so that it is looked again. */
static enum delivery_end look(struct relay *relay, bool *found)
{
    enum delivery_end end = look_for_messages(relay, found);
    if (end == DELIVERY_DONE && relay->context.destination->subscribe != NULL &&
        !patience_is_over(relay->patience)) {
        end = look_for_subscriptions(relay, found);
    }
    return end;
}

/* Until a message comes, one falls due, or it is time to look anyway. What has fallen due since it
 * was looked counts, or it would wait for the latter. */
static void wait_for_work(struct relay *relay, int64_t looked_at_ms)
{
    int64_t pause_ms = relay->configuration->notifier_poll_ms;
    const int64_t looked_ms = clock_monotonic_ms() - looked_at_ms + LOOK_MARGIN_MS;
    const struct store_request request = delivery_request(&relay->context, DELIVERY_DATABASE_MS);
    int64_t due_ms = -1;
    if (outbox_store_next_due(&request, relay->topics, looked_ms, &due_ms) == ERROR_NONE &&
        due_ms >= 0 && due_ms < pause_ms) {
        /* One that waits for another of its product is due and not to be had: no hurry. */
        pause_ms = due_ms > SHORTEST_PAUSE_MS ? due_ms : SHORTEST_PAUSE_MS;
    }
    (void)store_wait_for_notice(relay->context.store, relay->patience, deadline_after_ms(pause_ms));
}

static void relay_until_told(struct relay *relay)
{
    while (!patience_is_over(relay->patience)) {
        bool found = false;
        const int64_t looked_at_ms = clock_monotonic_ms();
        enum delivery_end end = look(relay, &found);
        if (end == DELIVERY_NO_DATABASE) {
            if (relay->losses == 0) {
                LOG(LOG_LEVEL_WARNING, "outbox_unreachable",
                    LOG_TEXT("cause", relay->context.error.cause));
            }
            sit_out_a_loss(relay);
        } else {
            relay->losses = 0;
        }
        if (end == DELIVERY_OUTAGE) {
            sit_out_an_outage(relay);
        } else if (end == DELIVERY_DONE && !found) {
            wait_for_work(relay, looked_at_ms);
        }
        arena_reset(relay->context.arena);
    }
    release_claims(relay);
}

int relay_run(const struct configuration *configuration, const struct destination *destination,
              const char *claimant)
{
    struct relay relay = {
        .configuration = configuration,
        .context = { .configuration = configuration,
                     .destination = destination,
                     .claimant = claimant },
        .patience = patience_open(),
    };
    struct delivery_context *context = &relay.context;
    int status = EXIT_FAILURE;
    if (destination->topics(configuration, relay.topics) && relay.patience >= 0 &&
        delivery_open(context, ARENA_LIMIT) == ERROR_NONE) {
        relay_until_told(&relay);
        status = EXIT_SUCCESS;
    } else {
        LOG(LOG_LEVEL_ERROR, "notifier_failed", LOG_TEXT("process", destination->name),
            LOG_TEXT("cause", context->error.cause));
    }
    delivery_close(context);
    close(relay.patience);
    return status;
}
