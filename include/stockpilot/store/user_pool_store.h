/*
 * user_pool_store.h - what the user pool has still to be told about people, and that it was.
 *
 * A message of the topic user-pool says what was decided then. What counts is what is decided now:
 * a message that waited, or was put aside and sent again, must not bring back an older decision.
 * An invitation that was withdrawn (disabled before the pool knew them) is superseded, and so is a
 * role of theirs; "enable" of somebody whose sub is unknown is the invitation.
 */
#ifndef STOCKPILOT_STORE_USER_POOL_STORE_H
#define STOCKPILOT_STORE_USER_POOL_STORE_H

#include <stdbool.h>

#include "stockpilot/store/store.h"

struct user_pool_order {
    const char *action; /* "invite", "set_role", "disable", "enable" */
    const char *user_id;
    const char *name;
    const char *email;       /* NULL: unknown */
    const char *cognito_sub; /* NULL: unknown */
    const char *role;        /* that the pool has still to be told; NULL: none */
    bool superseded;         /* it is so already, or was decided otherwise since */
};

/* ERROR_NOT_FOUND when there is no such message, or nobody any more whom it is about. */
MUST_CHECK enum error_kind user_pool_store_order(const struct store_request *request,
                                                 const char *outbox_id,
                                                 struct user_pool_order *order);

/* The pool knows them under this sub. order becomes that of the row which stays: somebody who
 * signed in meanwhile may have another. */
MUST_CHECK enum error_kind user_pool_store_invited(const struct store_request *request,
                                                   const char *cognito_sub,
                                                   struct user_pool_order *order);

/* The pool has the role. */
MUST_CHECK enum error_kind user_pool_store_role_told(const struct store_request *request,
                                                     const struct user_pool_order *order);

#endif
