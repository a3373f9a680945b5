#include "stockpilot/domain/user.h"

#define MEMBER(name) offsetof(struct account_change, name)

static const char *const deliveries[] = { "immediate", "digest", "off", NULL };

/* clang-format off */
static const struct field_rule own_rules[] = {
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
    *count = sizeof own_rules / sizeof *own_rules;
    return own_rules;
}

#undef MEMBER
#define MEMBER(name) offsetof(struct managed_change, name)

static const char *const roles[] = { "viewer", "staff", "admin", NULL };

/* The longest address that a mail can be sent to: RFC 5321, 4.5.3.1.3. */
#define EMAIL_MAX 254

/* clang-format off */
#define WHAT_THE_SERVICE_SETS \
    { "userId", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL }, \
    { "roleInForce", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL }, \
    { "invited", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL }, \
    { "lastSeenAt", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL }, \
    { "version", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL }

static const struct field_rule rules_of_invitation[] = {
    { "email", FIELD_EMAIL, MANAGED_EMAIL, MEMBER(email), false, 3, EMAIL_MAX, 0, NULL },
    { "name", FIELD_LINE, MANAGED_NAME, MEMBER(name), false, 1, 200, 0, NULL },
    { "role", FIELD_CHOICE, MANAGED_ROLE, MEMBER(role), false, 0, 0, 0, roles },
    { "disabled", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    WHAT_THE_SERVICE_SETS,
};

static const struct field_rule rules_of_change[] = {
    { "name", FIELD_LINE, MANAGED_NAME, MEMBER(name), false, 1, 200, 0, NULL },
    { "role", FIELD_CHOICE, MANAGED_ROLE, MEMBER(role), false, 0, 0, 0, roles },
    { "disabled", FIELD_BOOLEAN, MANAGED_DISABLED, MEMBER(disabled), false, 0, 0, 0, NULL },
    { "email", FIELD_READ_ONLY, 0, 0, false, 0, 0, 0, NULL },
    WHAT_THE_SERVICE_SETS,
};
/* clang-format on */

const struct field_rule *invitation_rules(size_t *count)
{
    *count = sizeof rules_of_invitation / sizeof *rules_of_invitation;
    return rules_of_invitation;
}

const struct field_rule *managed_rules(size_t *count)
{
    *count = sizeof rules_of_change / sizeof *rules_of_change;
    return rules_of_change;
}
