/* users_store.h - who uses the shop. */
#ifndef STOCKPILOT_STORE_USERS_STORE_H
#define STOCKPILOT_STORE_USERS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "stockpilot/domain/user.h"
#include "stockpilot/store/store.h"

struct user_page {
    size_t count;
    const struct user *items;
    bool more;
};

/* What a verified token says of its bearer; name and email are NULL where it says nothing. */
struct user_sighting {
    const char *subject;
    const char *name;
    const char *email;
    const char *role;  /* "none", "viewer", "staff", "admin" */
    int64_t issued_at; /* seconds since 1970 UTC */
};

/* Makes the user's row or brings it up to date, unless a newer token was seen. user_id is the
 * arena's. ERROR_FORBIDDEN for a disabled one. */
MUST_CHECK enum error_kind users_store_see(const struct store_request *request,
                                           const struct user_sighting *sighting,
                                           const char **user_id);

/* By name, then id. after_…: both NULL from the start. */
MUST_CHECK enum error_kind users_store_list(const struct store_request *request,
                                            const char *after_name, const char *after_id,
                                            int64_t limit, struct user_page *page);

/* Of the user who asks. */
MUST_CHECK enum error_kind users_store_self(const struct store_request *request,
                                            struct account *account);

/* Changes what is given, and gives the account as it is then. */
MUST_CHECK enum error_kind users_store_change_self(const struct store_request *request,
                                                   const struct account_change *change,
                                                   struct account *account);

#endif
