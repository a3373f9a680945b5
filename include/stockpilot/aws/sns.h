/*
 * sns.h - Amazon SNS: publishing, and subscribing an e-mail address. Its query API, one signed POST
 * for each call (https://docs.aws.amazon.com/sns/latest/api/).
 */
#ifndef STOCKPILOT_AWS_SNS_H
#define STOCKPILOT_AWS_SNS_H

#include <stddef.h>

#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"

#define SNS_MAX_ATTRIBUTES 8
#define SNS_MESSAGE_ID_SIZE 64
#define SNS_SUBSCRIPTION_ARN_SIZE 256

struct sns_settings {
    const char *region;
    const char *endpoint; /* "http://127.0.0.1:9500"; NULL: AWS's own in the region */
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

/*
 * How a call ended. SNS_TRY_AGAIN: nobody can say whether it was done, or it was not and may be
 * later (no connection, no answer in time, 5xx, throttled, credentials missing or expired, clocks
 * apart). SNS_REFUSED: this message will be refused again as it is (a parameter, a topic that is
 * not there, no permission). error->cause has the HTTP status and AWS's code; it holds no secret.
 */
enum sns_outcome { SNS_ACCEPTED, SNS_TRY_AGAIN, SNS_REFUSED };

struct sns_client;

/* The settings are copied. ERROR_INTERNAL without memory. */
MUST_CHECK enum error_kind sns_client_new(const struct sns_settings *settings,
                                          struct sns_client **client, struct error *error);
void sns_client_free(struct sns_client *client);

/* Credentials that SNS calls expired or unknown are looked for anew, and it is asked once more. */
MUST_CHECK enum sns_outcome sns_publish(struct sns_client *client,
                                        const struct sns_message *message,
                                        char message_id[SNS_MESSAGE_ID_SIZE], struct error *error);

/* filter_policy: JSON, which messages reach the address; NULL: all do. The address has to confirm
 * the first time; until then subscription_arn is "pending confirmation". */
MUST_CHECK enum sns_outcome sns_subscribe_email(struct sns_client *client, const char *topic_arn,
                                                const char *email, const char *filter_policy,
                                                char subscription_arn[SNS_SUBSCRIPTION_ARN_SIZE],
                                                struct error *error);

#endif
