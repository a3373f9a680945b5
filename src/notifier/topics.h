/* topics.h - which topics of SNS messages can go to, and which of all topics have nowhere to go. */
#ifndef STOCKPILOT_SRC_NOTIFIER_TOPICS_H
#define STOCKPILOT_SRC_NOTIFIER_TOPICS_H

#include <stdbool.h>

#include "stockpilot/config/configuration.h"

#define TOPICS_TEXT_SIZE 120

/* The names of those that are configured as PostgreSQL's array, "{stock-alerts,system-alerts}".
 * False: there are none. */
bool topics_configured(const struct configuration *configuration, char text[TOPICS_TEXT_SIZE]);

/* The ARN of a topic by its name; NULL when it is not configured. */
const char *topics_arn(const struct configuration *configuration, const char *topic);

/* Warns of each that is not, and of the user pool where that is not: messages wait until it is. */
void topics_log_missing(const struct configuration *configuration);

#endif
