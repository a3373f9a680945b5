#include "publisher.h"

#include <stdlib.h>
#include <unistd.h>

#include "backoff.h"
#include "patience.h"
#include "publish.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/log/log.h"
#include "stockpilot/store/notice.h"
#include "stockpilot/store/outbox_store.h"
#include "topics.h"

#define ARENA_LIMIT (8u << 20)
#define DATABASE_TIME_MS 5000
#define RELEASE_MS 500

/* A claim lasts for a few messages that take their time. */
#define LEASE_MARGIN_MS 30000

/* Between the clocks of two machines, and the database's answer and our looking at the time. */
#define LOOK_MARGIN_MS 100
#define SHORTEST_PAUSE_MS 10

/* While SNS is down it is asked no more often than this, nor much less often. */
#define LONGEST_OUTAGE_PAUSE_MS 30000

struct publisher {
    const struct configuration *configuration;
    struct publish_context context;
    int patience;
    char topics[TOPICS_TEXT_SIZE];
    int outages; /* tries in a row that SNS did not take */
    int losses;  /* rounds in a row without the database */
};

static struct store_request request_within(struct publisher *publisher, int64_t milliseconds)
{
    struct publish_context *context = &publisher->context;
    error_reset(&context->error);
    return (struct store_request){ .store = context->store,
                                   .arena = context->arena,
                                   .deadline = deadline_after_ms(milliseconds),
                                   .error = &context->error,
                                   .request_id = "notifier" };
}

static void release_claims(struct publisher *publisher)
{
    const struct store_request request = request_within(publisher, RELEASE_MS);
    if (outbox_store_release(&request, publisher->context.claimant) != ERROR_NONE) {
        LOG(LOG_LEVEL_WARNING, "claims_not_released", LOG_TEXT("cause", request.error->cause));
    }
}

/* SNS is down, or does not let us in: that concerns all messages. */
static void sit_out_an_outage(struct publisher *publisher)
{
    const struct configuration *configuration = publisher->configuration;
    struct backoff backoff = { configuration->notifier_retry_ms,
                               configuration->notifier_retry_max_ms };
    if (backoff.longest_ms > LONGEST_OUTAGE_PAUSE_MS) {
        backoff.longest_ms = LONGEST_OUTAGE_PAUSE_MS;
    }
    publisher->outages++;
    release_claims(publisher);
    patience_wait(publisher->patience, backoff_pause_ms(&backoff, publisher->outages));
}

static void sit_out_a_loss(struct publisher *publisher)
{
    static const struct backoff backoff = { 250, 5000 };
    publisher->losses++;
    patience_wait(publisher->patience, backoff_bound_ms(&backoff, publisher->losses));
}

/* Publishes what was claimed, as long as the claim lasts. */
static enum publish_end publish_claimed(struct publisher *publisher,
                                        const struct outbox_claims *claims, struct deadline lease)
{
    const int64_t least_ms =
        publisher->configuration->notifier_publish_timeout_ms + (int64_t)DATABASE_TIME_MS;
    for (size_t i = 0; i < claims->count; i++) {
        if (patience_is_over(publisher->patience) || deadline_left_ms(lease) < least_ms) {
            release_claims(publisher);
            return PUBLISH_DONE;
        }
        enum publish_end end = publish_message(&publisher->context, &claims->items[i]);
        if (end != PUBLISH_DONE) {
            return end;
        }
        publisher->outages = 0;
    }
    return PUBLISH_DONE;
}

/* One look into the outbox. *found: whether there was anything, so that it is looked again. */
static enum publish_end look(struct publisher *publisher, bool *found)
{
    const int64_t lease_ms =
        2 * (int64_t)publisher->configuration->notifier_publish_timeout_ms + LEASE_MARGIN_MS;
    const struct deadline lease = deadline_after_ms(lease_ms);
    struct store_request request = request_within(publisher, DATABASE_TIME_MS);
    struct outbox_claims claims;
    if (store_listen(&request) != ERROR_NONE ||
        outbox_store_claim(&request, publisher->context.claimant, PUBLISH_BATCH, lease_ms,
                           publisher->topics, &claims) != ERROR_NONE) {
        return PUBLISH_NO_DATABASE;
    }
    *found = claims.count > 0;
    enum publish_end end = publish_claimed(publisher, &claims, lease);
    if (end != PUBLISH_DONE || patience_is_over(publisher->patience)) {
        return end;
    }
    struct subscription_claims subscriptions;
    request = request_within(publisher, DATABASE_TIME_MS);
    if (subscriptions_store_claim(&request, PUBLISH_BATCH, lease_ms, publisher->topics,
                                  &subscriptions) != ERROR_NONE) {
        return PUBLISH_NO_DATABASE;
    }
    *found = *found || subscriptions.count > 0;
    for (size_t i = 0;
         i < subscriptions.count && end == PUBLISH_DONE && !patience_is_over(publisher->patience);
         i++) {
        end = publish_subscription(&publisher->context, &subscriptions.items[i]);
    }
    return end;
}

/* Until a message comes, one falls due, or it is time to look anyway. What has fallen due since it
 * was looked counts, or it would wait for the latter. */
static void wait_for_work(struct publisher *publisher, int64_t looked_at_ms)
{
    int64_t pause_ms = publisher->configuration->notifier_poll_ms;
    const int64_t looked_ms = clock_monotonic_ms() - looked_at_ms + LOOK_MARGIN_MS;
    const struct store_request request = request_within(publisher, DATABASE_TIME_MS);
    int64_t due_ms = -1;
    if (outbox_store_next_due(&request, publisher->topics, looked_ms, &due_ms) == ERROR_NONE &&
        due_ms >= 0 && due_ms < pause_ms) {
        /* One that waits for another of its product is due and not to be had: no hurry. */
        pause_ms = due_ms > SHORTEST_PAUSE_MS ? due_ms : SHORTEST_PAUSE_MS;
    }
    (void)store_wait_for_notice(publisher->context.store, publisher->patience,
                                deadline_after_ms(pause_ms));
}

static void publish_until_told(struct publisher *publisher)
{
    while (!patience_is_over(publisher->patience)) {
        bool found = false;
        const int64_t looked_at_ms = clock_monotonic_ms();
        enum publish_end end = look(publisher, &found);
        if (end == PUBLISH_NO_DATABASE) {
            if (publisher->losses == 0) {
                LOG(LOG_LEVEL_WARNING, "outbox_unreachable",
                    LOG_TEXT("cause", publisher->context.error.cause));
            }
            sit_out_a_loss(publisher);
        } else {
            publisher->losses = 0;
        }
        if (end == PUBLISH_OUTAGE) {
            sit_out_an_outage(publisher);
        } else if (end == PUBLISH_DONE && !found) {
            wait_for_work(publisher, looked_at_ms);
        }
        arena_reset(publisher->context.arena);
    }
    release_claims(publisher);
}

/* There is nowhere to publish to: until a reload says where. */
static void wait_for_the_end(const struct publisher *publisher)
{
    while (!patience_is_over(publisher->patience)) {
        patience_wait(publisher->patience, 3600000);
    }
}

int publisher_run(const struct configuration *configuration, const char *claimant)
{
    struct publisher publisher = {
        .configuration = configuration,
        .context = { .configuration = configuration, .claimant = claimant },
        .patience = patience_open(),
    };
    struct publish_context *context = &publisher.context;
    const bool anywhere = topics_configured(configuration, publisher.topics);
    int status = EXIT_SUCCESS;
    if (!anywhere) {
        wait_for_the_end(&publisher);
    } else if (publisher.patience >= 0 &&
               publish_open(context, ARENA_LIMIT, DATABASE_TIME_MS) == ERROR_NONE) {
        publish_until_told(&publisher);
    } else {
        LOG(LOG_LEVEL_ERROR, "notifier_failed", LOG_TEXT("cause", context->error.cause));
        status = EXIT_FAILURE;
    }
    publish_close(context);
    close(publisher.patience);
    return status;
}
