#include "stockpilot/auth/principal.h"

#define NOTED_S (30 * 60)

bool principal_is_to_be_noted(const struct principal *principal, int64_t now)
{
    return now - principal->noted_at >= NOTED_S;
}

const char *role_name(enum role role)
{
    switch (role) {
    case ROLE_VIEWER:
        return "viewer";
    case ROLE_STAFF:
        return "staff";
    case ROLE_ADMIN:
        return "admin";
    case ROLE_NONE:
        break;
    }
    return "none";
}
