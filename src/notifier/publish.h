/* publish.h - one message, or one subscription, given to SNS, and what came of it written down. */
#ifndef STOCKPILOT_SRC_NOTIFIER_PUBLISH_H
#define STOCKPILOT_SRC_NOTIFIER_PUBLISH_H

#include "stockpilot/aws/sns.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/store/subscriptions_store.h"

/* How much is claimed at once. */
#define PUBLISH_BATCH 10

struct publish_context {
    const struct configuration *configuration;
    const char *claimant;
    struct store *store;
    struct arena *arena;
    struct aws_credential_source *credentials;
    struct sns_client *sns;
    struct error error; /* of the latest call that failed */
};

/* Opens the last four. On failure error has the cause; publish_close() in any case. */
MUST_CHECK enum error_kind publish_open(struct publish_context *context, size_t arena_limit,
                                        int database_time_ms);
void publish_close(struct publish_context *context);

enum publish_end {
    PUBLISH_DONE,       /* it was taken, or refused: the next one may have more luck */
    PUBLISH_OUTAGE,     /* nothing is taken at the moment */
    PUBLISH_NO_DATABASE /* what came of it could not be written down */
};

/* One log line says what came of it: message_sent, message_failed or message_parked. */
MUST_CHECK enum publish_end publish_message(struct publish_context *context,
                                            const struct outbox_message *message);
MUST_CHECK enum publish_end publish_subscription(struct publish_context *context,
                                                 const struct subscription *subscription);

#endif
