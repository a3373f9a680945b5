/* delivery.h - one message given to its destination, and what came of it written down. */
#ifndef STOCKPILOT_SRC_NOTIFIER_DELIVERY_H
#define STOCKPILOT_SRC_NOTIFIER_DELIVERY_H

#include "destination.h"
#include "stockpilot/aws/credentials.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/store/subscriptions_store.h"

/* How much is claimed at once. */
#define DELIVERY_BATCH 10

/* What the database has for an answer. */
#define DELIVERY_DATABASE_MS 5000

struct delivery_context {
    const struct configuration *configuration;
    const struct destination *destination;
    const char *claimant;
    struct store *store;
    struct arena *arena;
    struct aws_credential_source *credentials;
    void *client;       /* the destination's */
    struct error error; /* of the latest call that failed */
};

/* Opens the last four. On failure error has the cause; delivery_close() in any case. */
MUST_CHECK enum error_kind delivery_open(struct delivery_context *context, size_t arena_limit);
void delivery_close(struct delivery_context *context);

/* A request to the database, with so much time from now on. Its error is context->error, anew. */
struct store_request delivery_request(struct delivery_context *context, int64_t milliseconds);

enum delivery_end {
    DELIVERY_DONE,       /* it was taken, or refused: the next one may have more luck */
    DELIVERY_OUTAGE,     /* nothing is taken at the moment */
    DELIVERY_NO_DATABASE /* what came of it could not be written down */
};

/* One log line says what came of it: message_sent, message_failed or message_parked. */
MUST_CHECK enum delivery_end delivery_message(struct delivery_context *context,
                                              const struct outbox_message *message);

/* subscription_made or subscription_failed; only where the destination makes them. */
MUST_CHECK enum delivery_end delivery_subscription(struct delivery_context *context,
                                                   const struct subscription *subscription);

#endif
