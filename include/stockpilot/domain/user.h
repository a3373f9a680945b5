/* user.h - somebody who acts: as the list of users shows them, and as they see themselves. */
#ifndef STOCKPILOT_DOMAIN_USER_H
#define STOCKPILOT_DOMAIN_USER_H

#include <stddef.h>
#include <stdint.h>

#include "stockpilot/domain/field_rule.h"

struct user {
    const char *user_id;
    const char *name;
    const char *email; /* NULL while unknown */
};

/* One's own account. */
struct account {
    struct user user;
    const char *role;           /* "viewer", "staff", "admin", "none" */
    const char *alert_delivery; /* "immediate", "digest", "off" */
    const char *digest_hour;    /* "0" to "23", of the business's day */
};

enum { ACCOUNT_NAME = 1u << 0, ACCOUNT_ALERT_DELIVERY = 1u << 1, ACCOUNT_DIGEST_HOUR = 1u << 2 };

struct account_change {
    unsigned given; /* which of these count */
    const char *name;
    const char *alert_delivery;
    int64_t digest_hour;
};

const struct field_rule *account_rules(size_t *count);

#endif
