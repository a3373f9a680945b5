#include "stockpilot/domain/user.h"

#define MEMBER(name) offsetof(struct account_change, name)

static const char *const deliveries[] = { "immediate", "digest", "off", NULL };

/* clang-format off */
static const struct field_rule rules[] = {
    { "name", FIELD_LINE, ACCOUNT_NAME, MEMBER(name), false, 1, 200, 0, NULL },
    { "alertDelivery", FIELD_CHOICE, ACCOUNT_ALERT_DELIVERY, MEMBER(alert_delivery), false, 0, 0, 0, deliveries },
    { "digestHour", FIELD_INTEGER, ACCOUNT_DIGEST_HOUR, MEMBER(digest_hour), false, 0, 23, 0, NULL },
    { "userId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "email", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    { "role", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
};
/* clang-format on */

const struct field_rule *account_rules(size_t *count)
{
    *count = sizeof rules / sizeof *rules;
    return rules;
}
