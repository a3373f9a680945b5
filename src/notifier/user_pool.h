/*
 * user_pool.h - carries out in Cognito what an administrator has decided about somebody: the
 * invitation of a new user, a role, that they are disabled or no longer.
 */
#ifndef STOCKPILOT_SRC_NOTIFIER_USER_POOL_H
#define STOCKPILOT_SRC_NOTIFIER_USER_POOL_H

#include "stockpilot/aws/cognito.h"
#include "stockpilot/store/outbox_store.h"

/*
 * One claimed message of the topic user-pool, within the deadline. It may come again, at any point
 * where it was interrupted, and in the end all is as if it had come once. The cause of anything but
 * AWS_DONE is in request->error; that the database is away is worth another try.
 */
MUST_CHECK enum aws_outcome user_pool_carry_out(struct cognito_client *cognito,
                                                const struct store_request *request,
                                                struct deadline deadline,
                                                const struct outbox_message *message);

#endif
