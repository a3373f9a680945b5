/* notification.h - a message inside the application, for one user or for everyone. */
#ifndef STOCKPILOT_DOMAIN_NOTIFICATION_H
#define STOCKPILOT_DOMAIN_NOTIFICATION_H

#include <stddef.h>

#include "stockpilot/domain/field_rule.h"

/* As read from the database; NULL means null. */
struct notification {
    const char *notification_id;
    const char *user_id; /* NULL: for everyone */
    const char *type;
    const char *title;
    const char *message;
    const char *is_read; /* "t" or "f": by the user who asks */
    const char *created_at;
    const char *user_name; /* of user_id; both NULL when there is none */
    const char *user_email;
};

enum {
    NOTIFICATION_TYPE = 1u << 0,
    NOTIFICATION_TITLE = 1u << 1,
    NOTIFICATION_MESSAGE = 1u << 2,
    NOTIFICATION_USER_ID = 1u << 3
};

#define NOTIFICATION_REQUIRED (NOTIFICATION_TYPE | NOTIFICATION_TITLE | NOTIFICATION_MESSAGE)

struct new_notification {
    const char *type;
    const char *title;
    const char *message;
    const char *user_id;
};

const struct field_rule *notification_rules(size_t *count);

/* NULL-terminated. */
const char *const *notification_types(void);

#endif
