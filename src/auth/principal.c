#include "stockpilot/auth/principal.h"

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
