/*
 * sns.h - Amazon SNS: publishing, and subscribing an e-mail address. Its query API, one signed POST
 * for each call (https://docs.aws.amazon.com/sns/latest/api/).
 */
#ifndef STOCKPILOT_AWS_SNS_H
#define STOCKPILOT_AWS_SNS_H

#include <stddef.h>

#include "stockpilot/aws/aws_client.h"
#include "stockpilot/error/error.h"

#define SNS_MAX_ATTRIBUTES 8
#define SNS_MESSAGE_ID_SIZE 64
#define SNS_SUBSCRIPTION_ARN_SIZE 256

struct sns_settings {
    const char *region;
    const char *endpoint; /* "http://127.0.0.1:9500"; NULL: AWS's own in the region */
    struct aws_credential_source *credentials; /* stays the caller's, and outlives the client */
    int connect_timeout_ms;
    int total_timeout_ms; /* of one call, its second try with other credentials included */
};

struct sns_attribute {
    const char *name;
    const char *type; /* "String", "String.Array", "Number" */
    const char *value;
};

struct sns_message {
    const char *topic_arn;
    const char *subject; /* legal already (sns_text.h); NULL: none */
    const char *body;
    size_t attribute_count;
    struct sns_attribute attributes[SNS_MAX_ATTRIBUTES];
};

struct sns_client;

/* The settings' texts are copied. ERROR_INTERNAL without memory. */
MUST_CHECK enum error_kind sns_client_new(const struct sns_settings *settings,
                                          struct sns_client **client, struct error *error);
void sns_client_free(struct sns_client *client);

/* AWS_REFUSED: this message will be refused again as it is (a parameter, a topic that is not there,
 * no permission). */
MUST_CHECK enum aws_outcome sns_publish(struct sns_client *client,
                                        const struct sns_message *message,
                                        char message_id[SNS_MESSAGE_ID_SIZE], struct error *error);

/* filter_policy: JSON, which messages reach the address; NULL: all do. The address has to confirm
 * the first time; until then subscription_arn is "pending confirmation". */
MUST_CHECK enum aws_outcome sns_subscribe_email(struct sns_client *client, const char *topic_arn,
                                                const char *email, const char *filter_policy,
                                                char subscription_arn[SNS_SUBSCRIPTION_ARN_SIZE],
                                                struct error *error);

#endif
