#include "topics.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "destination.h"
#include "stockpilot/log/log.h"

struct topic {
    const char *name; /* as the outbox has it */
    const char *option;
    size_t arn; /* where struct configuration has it */
};

static const struct topic topics[] = {
    { "stock-alerts", "SNS_STOCK_ALERTS_TOPIC_ARN",
      offsetof(struct configuration, sns_stock_alerts_topic_arn) },
    { "system-alerts", "SNS_SYSTEM_ALERTS_TOPIC_ARN",
      offsetof(struct configuration, sns_system_alerts_topic_arn) },
    { "order-notifications", "SNS_ORDER_NOTIFICATIONS_TOPIC_ARN",
      offsetof(struct configuration, sns_order_notifications_topic_arn) },
};

#define TOPIC_COUNT (sizeof topics / sizeof *topics)

static const char *arn_of(const struct configuration *configuration, const struct topic *topic)
{
    const char *arn;
    memcpy(&arn, (const char *)configuration + topic->arn, sizeof arn);
    return arn;
}

bool topics_configured(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE])
{
    size_t length = 0;
    text[length++] = '{';
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (arn_of(configuration, &topics[i]) != NULL) {
            length += (size_t)snprintf(text + length, TOPICS_TEXT_SIZE - length, "%s%s",
                                       length > 1 ? "," : "", topics[i].name);
        }
    }
    snprintf(text + length, TOPICS_TEXT_SIZE - length, "}");
    return length > 1;
}

const char *topics_arn(const struct configuration *configuration, const char *name)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (strcmp(topics[i].name, name) == 0) {
            return arn_of(configuration, &topics[i]);
        }
    }
    return NULL;
}

static void log_missing(const char *topic, const char *option)
{
    LOG(LOG_LEVEL_WARNING, "topic_not_configured", LOG_TEXT("topic", topic),
        LOG_TEXT("option", option));
}

/* The first option that decisions about users wait for; NULL: they go to the pool. */
static const char *user_pool_lacks(const struct configuration *configuration)
{
    char text[TOPICS_TEXT_SIZE];
    if (destination_user_pool.topics(configuration, text)) {
        return NULL;
    }
    if (configuration->cognito_user_pool_id == NULL) {
        return "COGNITO_USER_POOL_ID";
    }
    return configuration->aws_region == NULL ? "AWS_REGION" : "COGNITO_ENDPOINT";
}

void topics_log_missing(const struct configuration *configuration)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (arn_of(configuration, &topics[i]) == NULL) {
            log_missing(topics[i].name, topics[i].option);
        }
    }
    const char *lacking = user_pool_lacks(configuration);
    if (lacking != NULL) {
        log_missing("user-pool", lacking);
    }
}
