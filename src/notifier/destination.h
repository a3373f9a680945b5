/*
 * destination.h - where messages of the outbox go: to SNS, to the image store, to the user pool.
 *
 * Each has a process of its own (relay.h), so that one that is away holds up nothing of the others.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_DESTINATION_H
#define STOCKPILOT_SRC_NOTIFIER_DESTINATION_H

#include <stdbool.h>

#include "stockpilot/aws/aws_client.h"
#include "stockpilot/config/configuration.h"
#include "stockpilot/memory/arena.h"
#include "stockpilot/store/outbox_store.h"
#include "stockpilot/store/subscriptions_store.h"
#include "topics.h"

/* What a destination says it has taken a message as, with the NUL. */
#define RECEIPT_SIZE 64

struct delivery_context;

struct destination {
    const char *name; /* of its process, in the log */

    /* Its topics that are configured, as PostgreSQL's array; false: there are none. */
    bool (*topics)(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE]);

    /* Makes context->client of context->configuration and ->credentials; on failure the cause is in
     * context->error. */
    enum error_kind (*open)(struct delivery_context *context);
    void (*close)(struct delivery_context *context);

    /* What came of one message; the cause is in context->error. Takes NOTIFIER_PUBLISH_TIMEOUT_MS
     * at most, and what `database_calls` take beside that. It may be given the same one again, and
     * must then do no more than once was wanted. *receipt stays "" where nothing of the kind is
     * told. */
    enum aws_outcome (*deliver)(struct delivery_context *context,
                                const struct outbox_message *message, char receipt[RECEIPT_SIZE]);

    int database_calls; /* that deliver() makes, each of DELIVERY_DATABASE_MS at most */

    /* Subscribes an e-mail address to a topic; NULL where nobody does that. As deliver(). */
    enum aws_outcome (*subscribe)(struct delivery_context *context,
                                  const struct subscription *subscription);
};

extern const struct destination destination_sns;
extern const struct destination destination_images;
extern const struct destination destination_user_pool;

/* All there are; ends with NULL. */
extern const struct destination *const destinations[];

/* The topics of all that are configured. */
void destinations_topics(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE]);

#endif
