#include <stdio.h>

#include "delivery.h"
#include "destination.h"
#include "user_pool.h"

#define TOPIC "user-pool"

/* Where tokens come from a stand-in, AWS is not asked about its people. */
static bool is_configured(const struct configuration *configuration)
{
    return configuration->aws_region != NULL && configuration->cognito_user_pool_id != NULL &&
           (configuration->cognito_issuer == NULL || configuration->cognito_endpoint != NULL);
}

static bool topics(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE])
{
    const bool configured = is_configured(configuration);
    snprintf(text, TOPICS_TEXT_SIZE, "{%s}", configured ? TOPIC : "");
    return configured;
}

static enum error_kind open_client(struct delivery_context *context)
{
    const struct configuration *configuration = context->configuration;
    const struct cognito_settings settings = {
        .region = configuration->aws_region,
        .endpoint = configuration->cognito_endpoint,
        .user_pool_id = configuration->cognito_user_pool_id,
        .credentials = context->credentials,
        .connect_timeout_ms = configuration->notifier_publish_timeout_ms,
        .total_timeout_ms = configuration->notifier_publish_timeout_ms,
    };
    struct cognito_client *client;
    enum error_kind kind = cognito_client_new(&settings, &client, &context->error);
    if (kind == ERROR_NONE) {
        context->client = client;
    }
    return kind;
}

static void close_client(struct delivery_context *context)
{
    cognito_client_free(context->client);
}

static enum aws_outcome deliver(struct delivery_context *context,
                                const struct outbox_message *message, char receipt[RECEIPT_SIZE])
{
    (void)receipt;
    const struct store_request request = delivery_request(context, DELIVERY_DATABASE_MS);
    const struct deadline deadline =
        deadline_after_ms(context->configuration->notifier_publish_timeout_ms);
    return user_pool_carry_out(context->client, &request, deadline, message);
}

const struct destination destination_user_pool = {
    .name = "user-pool",
    .topics = topics,
    .open = open_client,
    .close = close_client,
    .deliver = deliver,
    /* What is to be done, the sub, the role; where an invitation is made up for, once more what is
     * to be done, and a role that was decided meanwhile. */
    .database_calls = 5,
};
