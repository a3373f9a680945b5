#include "stockpilot/domain/notification.h"

#define MEMBER(name) offsetof(struct new_notification, name)

static const char *const types[] = { "stock_alert", "user_activity", "system", "order_notification",
                                     NULL };

/* clang-format off */
static const struct field_rule rules[] = {
    { "type", FIELD_CHOICE, NOTIFICATION_TYPE, MEMBER(type), false, 0, 0, 0, types },
    { "title", FIELD_LINE, NOTIFICATION_TITLE, MEMBER(title), false, 1, 200, 0, NULL },
    { "message", FIELD_TEXT, NOTIFICATION_MESSAGE, MEMBER(message), false, 1, 2000, 0, NULL },
    { "userId", FIELD_UUID, NOTIFICATION_USER_ID, MEMBER(user_id), true, 0, 0, 0, NULL },
    { "notificationId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "isRead", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "createdAt", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "user", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};
/* clang-format on */

const struct field_rule *notification_rules(size_t *count)
{
    *count = sizeof rules / sizeof *rules;
    return rules;
}

const char *const *notification_types(void)
{
    return types;
}
