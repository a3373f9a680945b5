/*
 * cognito.h - the people of an Amazon Cognito user pool, as an administrator manages them. One
 * signed POST in the JSON protocol for each call
 * (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/).
 *
 * A username is what the pool knows somebody by: the sub of a local user, or an e-mail address
 * where people sign in with it (user name or alias), which is how StockPilot's pool is set up.
 *
 * Every call may be repeated: what is so already is AWS_DONE. AWS_REFUSED: it will be refused again
 * (nobody of that name, no such group, a parameter, no permission).
 */
#ifndef STOCKPILOT_AWS_COGNITO_H
#define STOCKPILOT_AWS_COGNITO_H

#include "stockpilot/aws/aws_client.h"
#include "stockpilot/clock/clock.h"
#include "stockpilot/error/error.h"

/* As long as a token's may be. */
#define COGNITO_SUB_SIZE 128

struct cognito_settings {
    const char *region;
    const char *endpoint; /* "http://127.0.0.1:9400"; NULL: AWS's own in the region */
    const char *user_pool_id;
    struct aws_credential_source *credentials; /* stays the caller's, and outlives the client */
    int connect_timeout_ms;
    int total_timeout_ms; /* of one call, its second try with other credentials included */
};

struct cognito_client;

/* The settings' texts are copied. ERROR_INTERNAL without memory. */
MUST_CHECK enum error_kind cognito_client_new(const struct cognito_settings *settings,
                                              struct cognito_client **client, struct error *error);
void cognito_client_free(struct cognito_client *client);

/* AdminCreateUser: Cognito mails a temporary password to the address, which counts as verified. Of
 * somebody who is there already under it nothing is changed, and no mail is sent (AdminGetUser).
 * AWS_REFUSED when they registered themselves and never confirmed the address (UserStatus
 * UNCONFIRMED): nobody knows whose account that is. sub: who they are in tokens. */
MUST_CHECK enum aws_outcome cognito_invite(struct cognito_client *client, const char *email,
                                           const char *name, struct deadline deadline,
                                           char sub[COGNITO_SUB_SIZE], struct error *error);

/* AdminAddUserToGroup and AdminRemoveUserFromGroup; whoever is not in a group, or in one that does
 * not exist, is removed from it. */
MUST_CHECK enum aws_outcome cognito_add_to_group(struct cognito_client *client,
                                                 const char *username, const char *group,
                                                 struct deadline deadline, struct error *error);
MUST_CHECK enum aws_outcome cognito_remove_from_group(struct cognito_client *client,
                                                      const char *username, const char *group,
                                                      struct deadline deadline,
                                                      struct error *error);

/* AdminDisableUser, after which nobody signs in or refreshes a token under that name (nor does
 * somebody who is not there), and AdminEnableUser. */
MUST_CHECK enum aws_outcome cognito_disable(struct cognito_client *client, const char *username,
                                            struct deadline deadline, struct error *error);
MUST_CHECK enum aws_outcome cognito_enable(struct cognito_client *client, const char *username,
                                           struct deadline deadline, struct error *error);

#endif
