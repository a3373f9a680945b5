/* user.h - somebody who acts: as the list of users shows them, as they see themselves, and as
 * administrators do. */
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

/* Somebody's account, for administrators: PostgreSQL's text, "t" and "f". */
struct managed_user {
    struct user user;
    const char *role;          /* that is wanted; what the next token will carry */
    const char *role_in_force; /* that counts now: the lower of the token's and that */
    const char *disabled;
    const char *invited; /* they have not signed in yet */
    const char *version;
    const char *last_seen_at; /* NULL: they never used the system */
};

/* The first three are the bits of change_user() in sql/migrations/0017_user_administration.sql. */
enum {
    MANAGED_NAME = 1u << 0,
    MANAGED_ROLE = 1u << 1,
    MANAGED_DISABLED = 1u << 2,
    MANAGED_EMAIL = 1u << 3
};

#define INVITATION_REQUIRED (MANAGED_NAME | MANAGED_ROLE | MANAGED_EMAIL)

/* An invitation, or a change by an administrator. */
struct managed_change {
    unsigned given; /* which of these count */
    const char *name;
    const char *role;
    const char *email; /* of an invitation only */
    bool disabled;     /* of a change only */
};

const struct field_rule *invitation_rules(size_t *count);
const struct field_rule *managed_rules(size_t *count);

#endif
