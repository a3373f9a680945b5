/*
 * administration_store.h - users as administrators see, invite and change them.
 *
 * What the user pool must be told leaves by the outbox, in the same transaction.
 */
#ifndef STOCKPILOT_STORE_ADMINISTRATION_STORE_H
#define STOCKPILOT_STORE_ADMINISTRATION_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/user.h"
#include "stockpilot/store/store.h"

/* For expected_version: any version will do. */
#define MANAGED_ANY_VERSION (-1)

struct managed_page {
    size_t count;
    const struct managed_user *items;
    bool more;
};

/* By name, then id. after_…: both NULL from the start. */
MUST_CHECK enum error_kind administration_store_list(const struct store_request *request,
                                                     const char *after_name, const char *after_id,
                                                     int64_t limit, struct managed_page *page);

/* ERROR_NOT_FOUND. */
MUST_CHECK enum error_kind administration_store_get(const struct store_request *request,
                                                    const char *user_id, struct managed_user *user);

/* Not *made: somebody has this address already, in upper or lower case, and *user is that one. */
MUST_CHECK enum error_kind administration_store_invite(const struct store_request *request,
                                                       const struct managed_change *invitation,
                                                       struct managed_user *user, bool *made);

/* Changes what is given, and gives the user as they are then. ERROR_NOT_FOUND; ERROR_STALE at
 * another version; ERROR_CONFLICT for what nobody may do to themselves, or to the last
 * administrator. */
MUST_CHECK enum error_kind administration_store_change(const struct store_request *request,
                                                       const char *user_id,
                                                       const struct managed_change *change,
                                                       int64_t expected_version,
                                                       struct managed_user *user);

#endif
